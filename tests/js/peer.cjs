// Sockets of socket.io-client, told what to do by lines of JSON on stdin; what they hear goes to stdout.
// In:  {"order": 1, "peer": "a", "do": "connect", ...}   Out: {"order": 1, "result": ...}
//                                                        or   {"peer": "a", "heard": "events", "data": {...}}
const { io } = require("socket.io-client");
const readline = require("node:readline");

const peers = new Map();
const tell = (line) => process.stdout.write(JSON.stringify(line) + "\n");

// Bytes travel through JSON as {"$bytes": "<base64>"}.
function revive(_key, value) {
  return value && typeof value === "object" && "$bytes" in value ? Buffer.from(value.$bytes, "base64") : value;
}

function connect(name, { url, namespace, auth, headers, wait }) {
  peers.get(name)?.disconnect();
  const socket = io(url + namespace, {
    transports: ["websocket"],
    forceNew: true,
    auth,
    extraHeaders: headers,
    reconnectionDelay: wait,
    reconnectionDelayMax: wait,
    randomizationFactor: 0.5,
  });
  peers.set(name, socket);
  socket.onAny((event, data) => tell({ peer: name, heard: event, data }));
  socket.on("disconnect", (reason) => tell({ peer: name, heard: "$disconnect", data: reason }));
  socket.io.on("ping", () => tell({ peer: name, heard: "$ping", data: null }));
  return new Promise((done) => {
    socket.once("connect_error", (error) => {
      if (!socket.active) done(error.message);
    });
    socket.once("connect", () => {
      socket.on("connect", () => tell({ peer: name, heard: "$connect", data: null }));
      done(null);
    });
  });
}

const orders = {
  connect: (name, order) => connect(name, order),
  call: (name, { event, data, wait }) => peers.get(name).timeout(wait * 1000).emitWithAck(event, ...data),
  many: (name, { calls, wait }) => {
    const socket = peers.get(name).timeout(wait * 1000);
    const answers = calls.map(([event, data]) => socket.emitWithAck(event, data));
    return Promise.all(answers);
  },
  tell: (name, { event, data }) => void peers.get(name).emit(event, ...data),
  tear: (name) => void peers.get(name).io.engine.transport.ws.terminate(),
  leave: (name) => void peers.get(name).disconnect(),
  return: (name) => new Promise((done) => peers.get(name).once("connect", () => done(null)).connect()),
};

readline.createInterface({ input: process.stdin }).on("line", async (line) => {
  const order = JSON.parse(line, revive);
  try {
    tell({ order: order.order, result: (await orders[order.do](order.peer, order)) ?? null });
  } catch (error) {
    tell({ order: order.order, failed: String(error.message ?? error) });
  }
}).on("close", () => process.exit(0));
