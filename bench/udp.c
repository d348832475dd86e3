// udp: what UDP relays are measured with. One thread.
// usage: udp echo PORT            answers every datagram with itself
//        udp load PORT SECONDS CLIENTS BYTES   each client has one datagram under way; prints requests, lost, seconds, and percentiles in us
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CLIENTS 4096
#define SAMPLES (1 << 20)
static uint32_t samples[SAMPLES];
static uint64_t sent[CLIENTS];
static int fds[CLIENTS];
static char buffer[65536];

static uint64_t now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1000000000ull + t.tv_nsec; }
static struct sockaddr_in loopback(int port) {
    return (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}
static int compare(const void *a, const void *b) { uint32_t x = *(uint32_t *)a, y = *(uint32_t *)b; return x < y ? -1 : x > y; }

static int echo(int port) {
    struct sockaddr_in at = loopback(port);
    int s = socket(AF_INET, SOCK_DGRAM, 0), size = 8 << 20;
    setsockopt(s, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    if (bind(s, (void *)&at, sizeof at)) { perror("bind"); return 1; }
    for (;;) {
        struct sockaddr_in from; socklen_t length = sizeof from;
        ssize_t n = recvfrom(s, buffer, sizeof buffer, 0, (void *)&from, &length);
        if (n >= 0) sendto(s, buffer, n, 0, (void *)&from, length);
    }
}

int main(int argc, char **argv) {
    if (argc == 3) return echo(atoi(argv[2]));
    struct sockaddr_in to = loopback(atoi(argv[2]));
    int clients = atoi(argv[4]), bytes = atoi(argv[5]), epoll = epoll_create1(0);
    for (int i = 0; i < clients; i++) {
        fds[i] = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
        if (connect(fds[i], (void *)&to, sizeof to)) { perror("connect"); return 1; }
        struct epoll_event e = {.events = EPOLLIN, .data.u32 = i};
        epoll_ctl(epoll, EPOLL_CTL_ADD, fds[i], &e);
        sent[i] = now();
        if (send(fds[i], buffer, bytes, 0) < 0) perror("send");
    }
    uint64_t begin = now(), end = begin + atoi(argv[3]) * 1000000000ull, answered = 0, lost = 0, looked = begin;
    struct epoll_event ev[512];
    while (now() < end) {
        int n = epoll_wait(epoll, ev, 512, 100);
        uint64_t at = now();
        for (int i = 0; i < n; i++) {
            int c = ev[i].data.u32;
            if (recv(fds[c], buffer, sizeof buffer, 0) < 0) continue;
            samples[answered++ % SAMPLES] = (at - sent[c]) / 1000;
            sent[c] = at;
            send(fds[c], buffer, bytes, 0);
        }
        if (at - looked > 100000000) { // what is not answered in a second is lost: asked again
            looked = at;
            for (int c = 0; c < clients; c++) if (at - sent[c] > 1000000000) { lost++; sent[c] = at; send(fds[c], buffer, bytes, 0); }
        }
    }
    uint64_t kept = answered < SAMPLES ? answered : SAMPLES;
    qsort(samples, kept, sizeof *samples, compare);
    printf("%llu %llu %.6f %u %u\n", (unsigned long long)answered, (unsigned long long)lost, (now() - begin) / 1e9,
        kept ? samples[kept / 2] : 0, kept ? samples[kept * 99 / 100] : 0);
    return 0;
}
