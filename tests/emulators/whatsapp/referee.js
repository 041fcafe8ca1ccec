// What a WhatsApp library of others makes of events: reads JSON lines {raw, signature, secret} and answers for each
// {"kind", "text"} of the message it read, or {"refused": name of the error}. For tests only.
import {createInterface} from 'node:readline';
import {WhatsAppAPI} from 'whatsapp-api-js';

const said = message => {
  const reply = message.interactive && (message.interactive.button_reply || message.interactive.list_reply);
  return message.text?.body ?? reply?.id ?? message.button?.payload ?? null;
};

async function judge({raw, signature, secret}) {
  const referee = new WhatsAppAPI({token: 'token', appSecret: secret, webhookVerifyToken: 'verify', secure: true});
  let heard = {kind: null, text: null};
  referee.on.message = ({message}) => { heard = {kind: message.type, text: said(message)}; };
  try {
    await referee.post(JSON.parse(raw), raw, signature);
  } catch (error) {
    return {refused: error.constructor.name};
  }
  return heard;
}

for await (const line of createInterface({input: process.stdin})) console.log(JSON.stringify(await judge(JSON.parse(line))));
