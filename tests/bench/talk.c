/* The load generator: many candidates at once, each with one message in flight, over WebSocket or HTTP.
 *
 * A program of its own in C, so that it takes as little as possible of the machine it shares with the server.
 * Frames are masked with the key 0, which the protocol allows and which leaves the bytes as they are.
 *
 *   talk ws|http PORT TALKERS WARM SECONDS RATE TOKENS ANSWERS
 *
 * TOKENS holds an invitation a line; a talker that has finished an interview takes the next free one. ANSWERS
 * holds a message a line, ready to stand between quotation marks in JSON. RATE 0: as fast as the server answers.
 * Prints one JSON object. A turn runs from sending a message to receiving the next `say` (or the HTTP reply).
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { IN = 1 << 17, OUT = 1 << 14 };
typedef enum { SHAKING, TALKING, IDLE } Phase;
typedef struct {
    int fd, used, turn, said, waiting, language;
    Phase phase;
    double sent;
    const char *press; /* a button's value, or NULL: an answer */
    char *in;
} Talker;

static char **tokens, **answers;
static int n_tokens, n_answers, next_token, web, port, epoll_fd, talkers;
static double begin, end;
static long turns, answered, errors, finished;
static double *laps;
static long n_laps, room;
static Talker **queue; /* those who wait for the pacer, a ring */
static long head, tail;
static double rate;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static char **read_lines(const char *path, int *count) {
    FILE *file = fopen(path, "r");
    if (!file) { perror(path); exit(2); }
    char **lines = NULL, *line = NULL;
    size_t size = 0;
    ssize_t length;
    while ((length = getline(&line, &size, file)) > 0) {
        if (line[length - 1] == '\n') line[--length] = 0;
        lines = realloc(lines, (*count + 1) * sizeof *lines);
        lines[(*count)++] = strdup(line);
    }
    fclose(file);
    return lines;
}

static void transmit(Talker *t, const char *bytes, int length) {
    if (write(t->fd, bytes, length) != length) errors++;
}

static void send_frame(Talker *t, const char *text, int length) {
    char out[OUT];
    int at = 0;
    out[at++] = (char)0x81;
    if (length < 126) {
        out[at++] = (char)(0x80 | length);
    } else {
        out[at++] = (char)(0x80 | 126);
        out[at++] = (char)(length >> 8);
        out[at++] = (char)length;
    }
    memset(out + at, 0, 4);
    memcpy(out + at + 4, text, length);
    transmit(t, out, at + 4 + length);
}

static void send_turn(Talker *t, int number) {
    int run = (int)getpid(); /* a message is stored once: each run needs names of its own, or nothing is written */
    char body[OUT / 2], out[OUT];
    const char *answer = answers[(2 * (number * 7 + t->said * 13) + t->language) % n_answers];
    int length;
    t->said++;
    if (web && t->press)
        length = snprintf(body, sizeof body, "{\"type\":\"button\",\"id\":\"%d-%d-%d\",\"value\":\"%s\",\"seen\":%d}",
                          run, number, t->said, t->press, t->turn);
    else
        length = snprintf(body, sizeof body, "{\"type\":\"text\",\"id\":\"%d-%d-%d\",\"text\":\"%s\",\"seen\":%d}",
                          run, number, t->said, answer, t->turn);
    t->waiting = t->press ? 1 : 2;
    t->sent = now();
    if (web) {
        send_frame(t, body, length);
    } else {
        length = snprintf(out, sizeof out, "POST /turn/%d HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                          "Content-Length: %d\r\n\r\n%s", number, length, body);
        transmit(t, out, length);
    }
}

static void turn_due(Talker *t, int number) {
    if (rate > 0)
        queue[tail++ % talkers] = t;
    else
        send_turn(t, number);
}

static void connect_talker(Talker *t, int number) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int one = 1;
    if (web && next_token >= n_tokens) { t->phase = IDLE; t->fd = -1; return; }
    t->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(t->fd, (struct sockaddr *)&to, sizeof to)) { perror("connect"); exit(2); }
    setsockopt(t->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    fcntl(t->fd, F_SETFL, O_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = t};
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, t->fd, &event);
    t->used = t->waiting = t->turn = 0;
    t->press = NULL;
    if (web) {
        char out[512];
        int length = snprintf(out, sizeof out, "GET /chat/%s/socket HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
                              "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                              "Sec-WebSocket-Version: 13\r\n\r\n", tokens[next_token]);
        t->language = next_token++ % 2;
        t->phase = SHAKING;
        transmit(t, out, length);
    } else {
        t->phase = TALKING;
        turn_due(t, number);
    }
}

static void count_turn(Talker *t) {
    double at = now();
    if (!t->waiting) return;
    if (t->sent >= begin && at <= end) {
        turns++;
        answered += t->waiting == 2;
        if (n_laps == room) laps = realloc(laps, (room = 2 * room + 1024) * sizeof *laps);
        laps[n_laps++] = at - t->sent;
    }
    t->waiting = 0;
}

static const char *const PRESSED[] = {"consent:yes", "details:right", "practice:no", "questions:none",
                                      "survey:5", "survey:none", NULL};

static int choose(Talker *t, const char *text, int length) {
    char wanted[64];
    for (int i = 0; PRESSED[i]; i++) {
        int n = snprintf(wanted, sizeof wanted, "\"value\":\"%s\"", PRESSED[i]);
        if (memmem(text, length, wanted, n)) { t->press = PRESSED[i]; return 1; }
    }
    t->press = NULL;
    return memmem(text, length, "\"kind\":\"question\"", 17) || memmem(text, length, "\"kind\":\"followup\"", 17);
}

static void reconnect(Talker *t, int number) {
    close(t->fd);
    connect_talker(t, number);
}

/* Returns 0 when the connection was replaced. */
static int hear(Talker *t, int number, char *text, int length) {
    static const char say[] = "{\"type\":\"say\"", refused[] = "{\"type\":\"refused\"";
    if (length > 17 && !memcmp(text, refused, sizeof refused - 1)) { errors++; return 1; }
    if (length < 14 || memcmp(text, say, sizeof say - 1)) return 1;
    char *turn = memmem(text, length, "\"turn\":", 7);
    int over = t->press && !strcmp(t->press, "survey:none");
    if (turn) t->turn = atoi(turn + 7);
    count_turn(t);
    if (over) { finished++; reconnect(t, number); return 0; }
    if (choose(t, text, length)) turn_due(t, number);
    return 1;
}

static int take_web(Talker *t, int number) {
    int at = 0;
    if (t->phase == SHAKING) {
        char *stop = memmem(t->in, t->used, "\r\n\r\n", 4);
        if (!stop) return 1;
        if (memcmp(t->in, "HTTP/1.1 101", 12)) { errors++; return 1; }
        at = (int)(stop - t->in) + 4;
        t->phase = TALKING;
        send_frame(t, "{\"type\":\"hello\",\"after\":0}", 26);
    }
    while (t->used - at >= 2) {
        unsigned char *p = (unsigned char *)t->in + at;
        int length = p[1] & 127, skip = 2;
        if (length == 126) { if (t->used - at < 4) break; length = p[2] << 8 | p[3]; skip = 4; }
        if (t->used - at < skip + length) break;
        if ((p[0] & 15) == 9) transmit(t, "\x8a\x80\0\0\0\0", 6);
        if ((p[0] & 15) == 1 && !hear(t, number, (char *)p + skip, length)) return 0;
        at += skip + length;
    }
    memmove(t->in, t->in + at, t->used -= at);
    return 1;
}

static void take_http(Talker *t, int number) {
    char *stop = memmem(t->in, t->used, "\r\n\r\n", 4);
    if (!stop) return;
    t->in[t->used] = 0;
    char *length = strcasestr(t->in, "content-length:");
    int whole = (int)(stop - t->in) + 4 + (length ? atoi(length + 15) : 0);
    if (t->used < whole) return;
    if (memcmp(t->in, "HTTP/1.1 200", 12)) errors++;
    t->used = 0;
    count_turn(t);
    turn_due(t, number);
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double share(double part) { return n_laps ? 1e3 * laps[(long)(part * (n_laps - 1))] : 0; }

static void receive(Talker *t, int number) {
    ssize_t got = read(t->fd, t->in + t->used, IN - 1 - t->used);
    if (got <= 0) {
        if (got < 0 && errno == EAGAIN) return;
        errors++;
        reconnect(t, number);
        return;
    }
    t->used += (int)got;
    if (web) take_web(t, number); else take_http(t, number);
}

int main(int argc, char **argv) {
    if (argc < 9) return 2;
    web = !strcmp(argv[1], "ws");
    port = atoi(argv[2]);
    talkers = atoi(argv[3]);
    double warm = atof(argv[4]), seconds = atof(argv[5]);
    rate = atof(argv[6]);
    tokens = read_lines(argv[7], &n_tokens);
    answers = read_lines(argv[8], &n_answers);
    epoll_fd = epoll_create1(0);
    Talker *all = calloc(talkers, sizeof *all);
    queue = calloc(talkers, sizeof *queue);
    double start = now(), paced = 0;
    begin = start + warm;
    end = begin + seconds;
    for (int i = 0; i < talkers; i++) {
        all[i].in = malloc(IN);
        connect_talker(&all[i], i);
    }
    struct epoll_event events[256];
    while (now() < end) {
        int count = epoll_wait(epoll_fd, events, 256, rate > 0 ? 1 : 100);
        for (int i = 0; i < count; i++) {
            Talker *t = events[i].data.ptr;
            receive(t, (int)(t - all));
        }
        double due = rate * (now() - start);
        if (due > paced + rate * 0.1) paced = due - rate * 0.1; /* too late is lost, not made up in a burst */
        for (; rate > 0 && paced + 1 <= due && head < tail; paced++) {
            Talker *t = queue[head++ % talkers];
            send_turn(t, (int)(t - all));
        }
    }
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    qsort(laps, n_laps, sizeof *laps, by_size);
    printf("{\"turns\": %ld, \"answers\": %ld, \"seconds\": %.3f, \"p50_ms\": %.2f, \"p99_ms\": %.2f, \"max_ms\": %.2f, "
           "\"errors\": %ld, \"finished\": %ld, \"tokens\": %d, \"cpu\": %.3f}\n",
           turns, answered, seconds, share(.5), share(.99), share(1), errors, finished, next_token,
           used.ru_utime.tv_sec + used.ru_utime.tv_usec * 1e-6 + used.ru_stime.tv_sec + used.ru_stime.tv_usec * 1e-6);
    return 0;
}
