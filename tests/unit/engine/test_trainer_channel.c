#include "check.h"

#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "trainer_channel.h"

static void make_pair(int *trainer, tcs_channel *agent) {
    int pair[2];
    CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    *trainer = pair[1];
    *agent = (tcs_channel){.socket = pair[0]};
}

static void clear(tcs_channel *channel) {
    tcs_channel_close(channel);
    tcs_buffer_clear(&channel->text);
    tcs_buffer_clear(&channel->result);
}

static void passes_progress_and_end(void) {
    int trainer;
    tcs_channel agent;
    make_pair(&trainer, &agent);
    tcs_channel_receive(&agent);
    CU_ASSERT_FALSE(agent.has_progress);
    tcs_channel_send_progress(trainer, 0.25, 3);
    tcs_channel_send_progress(trainer, 0.5, 6);
    tcs_channel_receive(&agent);
    CU_ASSERT(agent.has_progress);
    CU_ASSERT_EQUAL(agent.fraction, 0.5);
    CU_ASSERT_EQUAL(agent.elapsed_s, 6);
    tcs_buffer result = {0};
    tcs_buffer_add_string(&result, "weights");
    CU_ASSERT(tcs_channel_send_end(trainer, TCS_DIVERGED, "the loss became NaN", &result));
    tcs_channel_receive(&agent);
    CU_ASSERT(agent.has_end);
    CU_ASSERT(agent.socket >= 0);
    CU_ASSERT_EQUAL(agent.status, TCS_DIVERGED);
    CU_ASSERT_STRING_EQUAL(tcs_buffer_text(&agent.text), "the loss became NaN");
    CU_ASSERT_EQUAL_FATAL(agent.result.length, result.length);
    CU_ASSERT_EQUAL(memcmp(agent.result.bytes, result.bytes, result.length), 0);
    close(trainer);
    tcs_channel_receive(&agent);
    CU_ASSERT_EQUAL(agent.socket, -1);
    CU_ASSERT_PTR_NULL(agent.complaint);
    tcs_buffer_clear(&result);
    clear(&agent);
}

static void understands_single_bytes(void) {
    int trainer;
    tcs_channel agent;
    make_pair(&trainer, &agent);
    tcs_frame_header header = {.kind = TCS_FRAME_END, .n_text_bytes = 2, .n_bytes = 3};
    char bytes[sizeof header + 5];
    memcpy(bytes, &header, sizeof header);
    memcpy(bytes + sizeof header, "ab123", 5);
    for (size_t i = 0; i < sizeof bytes; i++) {
        CU_ASSERT_FALSE(agent.has_end);
        CU_ASSERT_EQUAL(write(trainer, bytes + i, 1), 1);
        tcs_channel_receive(&agent);
    }
    CU_ASSERT(agent.has_end);
    CU_ASSERT_STRING_EQUAL(tcs_buffer_text(&agent.text), "ab");
    CU_ASSERT_STRING_EQUAL(tcs_buffer_text(&agent.result), "123");
    close(trainer);
    clear(&agent);
}

static void an_end_cut_short_is_none(void) {
    int trainer;
    tcs_channel agent;
    make_pair(&trainer, &agent);
    tcs_frame_header header = {.kind = TCS_FRAME_END, .n_bytes = 1000};
    CU_ASSERT_EQUAL(write(trainer, &header, sizeof header), (ssize_t)sizeof header);
    CU_ASSERT_EQUAL(write(trainer, &header, sizeof header), (ssize_t)sizeof header);
    close(trainer);
    tcs_channel_receive(&agent);
    CU_ASSERT_FALSE(agent.has_end);
    CU_ASSERT_EQUAL(agent.socket, -1);
    clear(&agent);
}

static void believes_no_length(void) {
    const tcs_frame_header damaged[] = {{.kind = 0},
                                        {.kind = 7},
                                        {.kind = TCS_FRAME_END, .status = 99},
                                        {.kind = TCS_FRAME_END, .n_text_bytes = TCS_FRAME_MOST_TEXT_BYTES + 1},
                                        {.kind = TCS_FRAME_END, .n_bytes = UINT64_MAX}};
    for (size_t i = 0; i < sizeof damaged / sizeof *damaged; i++) {
        int trainer;
        tcs_channel agent;
        make_pair(&trainer, &agent);
        CU_ASSERT_EQUAL(write(trainer, &damaged[i], sizeof damaged[i]), (ssize_t)sizeof damaged[i]);
        tcs_channel_receive(&agent);
        CU_ASSERT_PTR_NOT_NULL(agent.complaint);
        CU_ASSERT_EQUAL(agent.socket, -1);
        CU_ASSERT_FALSE(agent.has_end);
        close(trainer);
        clear(&agent);
    }
    /* A length within the bounds takes no memory before its bytes come. */
    int trainer;
    tcs_channel agent;
    make_pair(&trainer, &agent);
    tcs_frame_header large = {.kind = TCS_FRAME_END, .n_bytes = TCS_FRAME_MOST_BYTES};
    CU_ASSERT_EQUAL(write(trainer, &large, sizeof large), (ssize_t)sizeof large);
    tcs_channel_receive(&agent);
    CU_ASSERT_PTR_NULL(agent.complaint);
    CU_ASSERT(agent.result.capacity < 1 << 20);
    close(trainer);
    clear(&agent);
}

static void progress_never_waits(void) {
    int trainer;
    tcs_channel agent;
    make_pair(&trainer, &agent);
    alarm(20); /* would end the test where it waited */
    for (int i = 0; i < 100000; i++)
        tcs_channel_send_progress(trainer, i / 100000.0, i);
    alarm(0);
    for (int i = 0; i < 1000; i++)
        tcs_channel_receive(&agent);
    CU_ASSERT(agent.has_progress);
    tcs_channel_send_progress(trainer, 0.75, 1);
    tcs_channel_receive(&agent);
    CU_ASSERT_EQUAL(agent.fraction, 0.75);
    close(trainer);
    clear(&agent);
}

typedef struct sending {
    int socket;
    tcs_buffer result;
    bool is_sent;
} sending;

static void *send_large(void *context) {
    sending *s = context;
    s->is_sent = tcs_channel_send_end(s->socket, TCS_OK, "", &s->result);
    return NULL;
}

static void a_large_result_comes_in_pieces(void) {
    sending s = {0};
    tcs_channel agent;
    make_pair(&s.socket, &agent);
    for (uint64_t i = 0; i < 4 << 20; i++)
        tcs_buffer_add_u64(&s.result, i * 0x9e3779b97f4a7c15u);
    pthread_t thread;
    CU_ASSERT_EQUAL_FATAL(pthread_create(&thread, NULL, send_large, &s), 0);
    size_t most_at_once = 0, n_before = 0;
    for (double end_s = tcs_clock_s() + 60; !agent.has_end && tcs_clock_s() < end_s; n_before = agent.result.length) {
        tcs_channel_receive(&agent);
        if (agent.result.length - n_before > most_at_once)
            most_at_once = agent.result.length - n_before;
    }
    pthread_join(thread, NULL);
    CU_ASSERT(s.is_sent);
    CU_ASSERT(agent.has_end);
    CU_ASSERT(most_at_once <= 1 << 20);
    CU_ASSERT_EQUAL_FATAL(agent.result.length, s.result.length);
    CU_ASSERT_EQUAL(memcmp(agent.result.bytes, s.result.bytes, s.result.length), 0);
    close(s.socket);
    tcs_buffer_clear(&s.result);
    clear(&agent);
}

static void a_gone_agent_is_noticed(void) {
    int trainer;
    tcs_channel agent;
    make_pair(&trainer, &agent);
    clear(&agent);
    tcs_buffer none = {0};
    CU_ASSERT_FALSE(tcs_channel_send_end(trainer, TCS_OK, "", &none));
    tcs_channel_send_progress(trainer, 1, 1);
    close(trainer);
}

static void a_result_without_memory_is_an_error(void) {
    int trainer;
    tcs_channel agent;
    make_pair(&trainer, &agent);
    tcs_buffer failed = {.failed = true};
    CU_ASSERT(tcs_channel_send_end(trainer, TCS_OK, "", &failed));
    tcs_channel_receive(&agent);
    CU_ASSERT(agent.has_end);
    CU_ASSERT_EQUAL(agent.status, TCS_OUT_OF_MEMORY);
    CU_ASSERT(agent.text.length > 0);
    close(trainer);
    clear(&agent);
}

TCS_TESTS("trainer channel", {"passes progress and end", passes_progress_and_end},
          {"understands single bytes", understands_single_bytes}, {"an end cut short is none", an_end_cut_short_is_none},
          {"believes no length", believes_no_length}, {"progress never waits", progress_never_waits},
          {"a large result comes in pieces", a_large_result_comes_in_pieces}, {"a gone agent is noticed", a_gone_agent_is_noticed},
          {"a result without memory is an error", a_result_without_memory_is_an_error})
