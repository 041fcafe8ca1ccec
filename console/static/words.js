// The texts of scripts: Spanish stands in them, the page brings the words of another language along.

const words = JSON.parse(document.getElementById("words")?.textContent || "{}");

export function told(text, fields = {}) {
  return (words[text] || text).replace(/\{(\w+)\}/g, (whole, name) => fields[name] ?? whole);
}
