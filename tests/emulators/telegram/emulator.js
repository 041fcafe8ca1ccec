// A Telegram for tests: the third-party emulator @vishtar/telegram-test-api (its storage, its user side, its server) with
// routes put before its own, so that python-telegram-bot 22 can talk to it. Long polling, 401, 403, 409, 429, media and the
// secret of webhooks are added here. `node emulator.js PORT TOKEN`. For tests only:
//   POST /sim/fault {method, code, description, parameters?, times?, chat_id?}   the next calls fail
//   POST /sim/block {chat_id, blocked?}                                          the person blocks the bot, or no longer
//   POST /sim/raw {update}                                                       any update, as it is
//   POST /sim/redeliver {}                                                       the last update once more
//   POST /sim/file {file_id, base64}                             the sound of a voice note that somebody sends
//   GET  /sim/messages?chat_id=55    what the bot said: [{message_id, text, caption, voice, buttons: [{text, data}]}]
//   GET  /sim/calls                  what the bot called: [{method, body, status}]
'use strict';
const TelegramServer = require('@vishtar/telegram-test-api');
const multer = require('multer');
const axios = require('axios');
const crypto = require('crypto');

const port = Number(process.argv[2]);
const token = process.argv[3];
const BOT = {id: 7000000001, is_bot: true, first_name: 'Bot de prueba', username: 'prueba_bot'};
const LONGEST_TEXT = 4096;
const LONGEST_DATA = 64;
const state = {faults: [], calls: [], files: {}, answered: new Set(), blocked: new Set(), pending: [], poll: null, hook: null, last: null};
let server;

const seconds = () => Math.floor(Date.now() / 1000);
const asObject = value => (typeof value === 'string' ? JSON.parse(value) : value);
const ok = (response, result) => response.json({ok: true, result});
const fail = (response, code, description, parameters) =>
  response.status(code).json({ok: false, error_code: code, description, ...(parameters ? {parameters} : {})});

function keyboardOf(message) {
  const markup = message.reply_markup && asObject(message.reply_markup);
  return markup && markup.inline_keyboard && markup.inline_keyboard.length ? markup.inline_keyboard : null;
}

function asMessage(stored) {
  const {message} = stored;
  const shown = {message_id: stored.messageId, from: BOT, date: Math.floor(stored.time / 1000),
    chat: {id: Number(message.chat_id), type: 'private', first_name: 'Persona'}};
  for (const name of ['text', 'voice', 'audio', 'caption']) if (message[name] !== undefined) shown[name] = message[name];
  const rows = keyboardOf(message);
  return rows ? {...shown, reply_markup: {inline_keyboard: rows}} : shown;
}

const lastSaid = () => server.storage.botMessages[server.storage.botMessages.length - 1];

function sendMessage(request, response) {
  const {body} = request;
  if (!body.text) return fail(response, 400, 'Bad Request: message text is empty');
  if ([...body.text].length > LONGEST_TEXT) return fail(response, 400, 'Bad Request: message is too long');
  for (const row of keyboardOf(body) || []) for (const button of row)
    if (Buffer.byteLength(button.callback_data || '') > LONGEST_DATA) return fail(response, 400, 'Bad Request: BUTTON_DATA_INVALID');
  server.addBotMessage(body, token);
  return ok(response, asMessage(lastSaid()));
}

function sendMedia(kind, mime) {
  return (request, response) => {
    let id = request.body[kind];
    const file = (request.files || [])[0];
    if (file) {
      id = kind + crypto.createHash('sha256').update(file.buffer).digest('hex').slice(0, 12);
      state.files[id] = {data: file.buffer, mime: file.mimetype || mime};
    } else if (!state.files[id]) return fail(response, 400, 'Bad Request: wrong file identifier/HTTP URL specified');
    const size = state.files[id].data.length;
    server.addBotMessage({...request.body, [kind]: {file_id: id, file_unique_id: `u${id}`, duration: 1, mime_type: mime, file_size: size}}, token);
    return ok(response, asMessage(lastSaid()));
  };
}

function edit(apply) {
  return (request, response) => {
    const {body} = request;
    const find = () => server.storage.botMessages.find(one =>
      String(one.messageId) === String(body.message_id) && String(one.message.chat_id) === String(body.chat_id));
    const stored = find();
    if (!stored) return fail(response, 400, 'Bad Request: message to edit not found');
    const before = JSON.stringify([stored.message.text, keyboardOf(stored.message)]);
    apply({...body, reply_markup: body.reply_markup || {inline_keyboard: []}});
    const after = find();
    if (!keyboardOf(after.message)) after.message.reply_markup = undefined;
    if (JSON.stringify([after.message.text, keyboardOf(after.message)]) === before)
      return fail(response, 400, 'Bad Request: message is not modified: specified new message content and reply markup are exactly the same');
    return ok(response, {...asMessage(after), edit_date: seconds()});
  };
}

async function getUpdates(request, response) {
  if (state.hook) return fail(response, 409, "Conflict: can't use getUpdates method while webhook is active");
  if (state.poll) state.poll('other');
  const offset = Number(request.body.offset || 0);
  while (offset > 0 && state.pending.length && state.pending[0].update_id < offset) state.pending.shift();
  let why = null;
  if (!state.pending.length && Number(request.body.timeout || 0)) {
    why = await new Promise(resolve => {
      state.poll = resolve;
      setTimeout(() => resolve('time'), Number(request.body.timeout) * 1000).unref();
      response.on('close', () => resolve('gone'));
    });
    state.poll = null;
  }
  if (why === 'other') return fail(response, 409, 'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running');
  if (why === 'gone') return undefined;
  return ok(response, state.pending.slice(0, 100));
}

function setHook(request, response) {
  state.hook = request.body.url ? {url: request.body.url, secret: request.body.secret_token} : null;
  return ok(response, true);
}

function answerCallbackQuery(request, response) {
  const id = request.body.callback_query_id;
  if (state.answered.has(id)) return fail(response, 400, 'Bad Request: query is too old and response timeout expired or query ID is invalid');
  state.answered.add(id);
  return ok(response, true);
}

function getFile(request, response) {
  const file = state.files[request.body.file_id];
  if (!file) return fail(response, 400, 'Bad Request: wrong file_id or the file is temporarily unavailable');
  const id = request.body.file_id;
  return ok(response, {file_id: id, file_unique_id: `u${id}`, file_size: file.data.length, file_path: `voice/${id}.oga`});
}

const yes = (request, response) => ok(response, true);
const METHODS = {
  getme: (request, response) => ok(response, BOT),
  sendmessage: sendMessage,
  sendvoice: sendMedia('voice', 'audio/ogg'),
  sendaudio: sendMedia('audio', 'audio/mpeg'),
  editmessagetext: edit(body => server.editMessageText(body)),
  editmessagereplymarkup: edit(body => server.editMessageReplyMarkup(body)),
  answercallbackquery: answerCallbackQuery,
  getfile: getFile,
  getupdates: getUpdates,
  setwebhook: setHook,
  getwebhookinfo: (request, response) => ok(response, {url: state.hook ? state.hook.url : '', has_custom_certificate: false, pending_update_count: state.pending.length}),
  deletewebhook: (request, response) => { state.hook = null; return ok(response, true); },
  sendchataction: yes, setmycommands: yes, setmydescription: yes, setmyshortdescription: yes, leavechat: yes,
};

function call(request, response, next) {
  const method = request.params.method.toLowerCase();
  if (request.params.token !== token) return fail(response, 401, 'Unauthorized');
  if (method !== 'getupdates') response.on('finish', () => state.calls.push({method, body: request.body, status: response.statusCode}));
  const hit = state.faults.findIndex(one => one.method.toLowerCase() === method && (!one.chat_id || String(one.chat_id) === String(request.body.chat_id)));
  if (hit >= 0) {
    const fault = state.faults[hit];
    if (fault.times && --fault.times <= 0) state.faults.splice(hit, 1);
    return fail(response, fault.code, fault.description, fault.parameters);
  }
  if (state.blocked.has(String(request.body.chat_id))) return fail(response, 403, 'Forbidden: bot was blocked by the user');
  return METHODS[method] ? METHODS[method](request, response) : next();
}

async function deliver(update) {   // like Telegram: the secret in a header, again when the answer is not 2xx
  for (let attempt = 0; attempt < 5; attempt++) {
    try {
      const answer = await axios.post(state.hook.url, update, {timeout: 60000, validateStatus: () => true,
        headers: state.hook.secret ? {'X-Telegram-Bot-Api-Secret-Token': state.hook.secret} : {}});
      if (answer.status >= 200 && answer.status < 300) return answer.status;
    } catch (error) { /* nobody there: again */ }
    await new Promise(resolve => setTimeout(resolve, 200 * 2 ** attempt));
  }
  return 0;
}

function push(update) {
  state.last = update;
  if (state.hook) return deliver(update);
  state.pending.push(update);
  if (state.poll) state.poll('new');
  return undefined;
}

const routes = app => {
  app.get('/file/bot:token/*', (request, response) => {
    const file = state.files[request.params[0].split('/').pop().replace(/\.\w+$/, '')];
    return file ? response.type(file.mime).send(file.data) : response.status(404).end();
  });
  app.all('/bot:token/:method', multer({storage: multer.memoryStorage()}).any(), call);
  app.post('/sim/fault', (request, response) => { state.faults.push(request.body); response.json({ok: true}); });
  app.post('/sim/block', (request, response) => {
    const chat = String(request.body.chat_id);
    if (request.body.blocked === false) state.blocked.delete(chat); else state.blocked.add(chat);
    response.json({ok: true});
  });
  app.post('/sim/raw', async (request, response) => { server.updateId++; await push({update_id: server.updateId, ...request.body.update}); response.json({ok: true, update_id: server.updateId}); });
  app.post('/sim/redeliver', async (request, response) => { await push(state.last); response.json({ok: true}); });
  app.post('/sim/file', (request, response) => {
    state.files[request.body.file_id] = {data: Buffer.from(request.body.base64, 'base64'), mime: 'audio/ogg'};
    response.json({ok: true});
  });
  app.get('/sim/calls', (request, response) => response.json(state.calls));
  app.get('/sim/messages', (request, response) => response.json(server.storage.botMessages
    .filter(one => String(one.message.chat_id) === String(request.query.chat_id))
    .map(one => ({message_id: one.messageId, text: one.message.text, caption: one.message.caption, voice: one.message.voice, buttons: (keyboardOf(one.message) || []).flat().map(button => ({text: button.text, data: button.callback_data}))}))));
};

process.on('unhandledRejection', error => console.error('emulator:', error.message));
server = new TelegramServer({port, host: '127.0.0.1', storeTimeout: 3600}, {routes: [routes]});
server.addUserUpdate = async function addUserUpdate(update) {   // the emulator's one way in
  const made = TelegramServer.formatUpdate(update);
  if (made.message) { delete made.message.botToken; if (made.message.chat) delete made.message.chat.title; }
  if (made.callback_query) {
    const query = made.callback_query;
    const chat = query.message.chat.id;
    query.chat_instance = String(chat);
    const stored = server.storage.botMessages.find(one => one.messageId === query.message.message_id && Number(one.message.chat_id) === chat);
    query.message = stored ? asMessage(stored) : {message_id: query.message.message_id || 1, date: seconds(), chat: {id: chat, type: 'private', first_name: 'Persona'}};
  }
  this.storage.userMessages.push(update);
  update.isRead = true;
  this.updateId++;
  return push(made);
};
server.start().then(() => console.log('listening', port));
