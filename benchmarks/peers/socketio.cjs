// Node's socket.io 4 as the peer: one room, one emit for each line; the least that it needs.
// Usage: node socketio.cjs PORT
const { createServer } = require("node:http");
const { Server } = require("socket.io");

const ROOM = "room";
const http = createServer();
const io = new Server(http, { transports: ["websocket"], perMessageDeflate: false, serveClient: false });
const live = io.of("/live");
let seq = 0;

live.on("connection", (socket) => {
  socket.on("join", (_, ack) => {
    socket.join(ROOM);
    ack({ ok: true });
  });
  socket.on("chat", ({ id, text }, ack) => {
    seq += 1;
    const at = new Date().toISOString();
    const events = [{ seq, kind: "chat", at, id, who: "North Porch", text }];
    live.to(ROOM).emit("events", { stream: "pub", epoch: "ap8ZFgAAAAAAAAAAAAAA", events });
    ack({ ok: true, seq });
  });
});
http.listen(Number(process.argv[2]), "127.0.0.1");
