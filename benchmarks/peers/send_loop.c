/* The limit: whatever one socket sends as a WebSocket frame is written once to every socket.
 *
 * No Socket.IO, no rooms, no ping, no queues; one system call for each delivery. Usage: send_loop PORT. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST 20000
#define LARGEST 65536

static const char upgraded[] =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
static int sockets[MOST], count, is_upgraded[MOST];
static unsigned char in[LARGEST], out[LARGEST];

static void wait_until_writable(int to) {
  struct pollfd one = {.fd = to, .events = POLLOUT};
  poll(&one, 1, 1000);
}

static void write_whole(int to, const unsigned char *bytes, size_t size) {
  while (size) {
    ssize_t sent = send(to, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno == EAGAIN) {
      wait_until_writable(to);
      continue;
    }
    if (sent <= 0) return;
    bytes += sent;
    size -= (size_t)sent;
  }
}

/* A client's frame has a mask of four bytes before its body; a server's has none. */
static void tell_everybody(size_t got) {
  size_t head = (in[1] & 127) == 126 ? 4 : 2;
  if (got < head + 4) return;
  size_t body = got - head - 4;
  memcpy(out, in, head);
  out[1] &= 127;
  for (size_t i = 0; i < body; i++) out[head + i] = in[head + 4 + i] ^ in[head + i % 4];
  for (int i = 0; i < count; i++) write_whole(sockets[i], out, head + body);
}

int main(int argc, char **argv) {
  struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(argc > 1 ? atoi(argv[1]) : 0)};
  struct epoll_event ready[256], wanted = {.events = EPOLLIN};
  int yes = 1, door = socket(AF_INET, SOCK_STREAM, 0), loop = epoll_create1(0);
  here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  setsockopt(door, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (bind(door, (struct sockaddr *)&here, sizeof here) || listen(door, 1024)) return perror("listen"), 1;
  wanted.data.fd = door;
  epoll_ctl(loop, EPOLL_CTL_ADD, door, &wanted);
  for (;;) {
    int found = epoll_wait(loop, ready, 256, -1);
    for (int i = 0; i < found; i++) {
      int from = ready[i].data.fd;
      if (from == door) {
        int one = accept(door, NULL, NULL);
        if (one < 0 || one >= MOST || count >= MOST) return 1;
        setsockopt(one, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        sockets[count++] = wanted.data.fd = one;
        epoll_ctl(loop, EPOLL_CTL_ADD, one, &wanted);
        continue;
      }
      ssize_t got = recv(from, in, sizeof in, 0);
      if (got <= 0) return 0; /* the crowd leaves together */
      if (is_upgraded[from]) {
        tell_everybody((size_t)got);
      } else {
        is_upgraded[from] = 1;
        write_whole(from, (const unsigned char *)upgraded, sizeof upgraded - 1);
      }
    }
  }
}
