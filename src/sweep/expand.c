#include "expand.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "key.h"
#include "model.h"
#include "scalar.h"
#include "tcsweep/text.h"

/* Of a file with mistakes, no more values of an axis than this are tried. */
#define VALUES_TRIED_AFTER_MISTAKES 20

typedef uint8_t digest[TCS_DIGEST_BYTES];

typedef struct expansion {
    reading *r;
    const document *d;
    const space *from;
    tcs_sweep *sweep;
    size_t order[MAX_AXES];
    bool varies_used[MAX_AXES]; /* some configuration uses the axis */
    size_t capacity;            /* of configurations and tensors */
    digest *tensors;            /* [configurations] */
    size_t n_slots;             /* a power of two */
    size_t *slots;              /* hash table over the keys: index + 1 of a configuration, 0: free */
} expansion;

/* ---- reading one tree --------------------------------------------------------------------------------------------------- */

/* Reads the model of an architecture from a tree. The model is to be freed either way. */
static bool read_model(expansion *e, node *tree, const char *name, bool checks_all, tcs_model *model, uint8_t *tensors) {
    node *architectures = node_get(tree, "architectures"), *train = node_get(tree, "train");
    *model = (tcs_model){.curve_every = e->d->curve_every};
    bool result = read_architecture(e->r, node_get(architectures, name), name, model, tensors);
    if (model->learner != TCS_LEARNER_NETWORK)
        return result;
    if (!train) {
        mistake(e->r, tree, "\"train\" is missing");
        return false;
    }
    return read_training(e->r, train, result, checks_all, model) && result;
}

static void check_tree(expansion *e, node *tree, const char *name) {
    tcs_model model;
    read_model(e, tree, name, true, &model, NULL);
    tcs_model_free(&model);
}

/* Puts the first value of each axis where there is none in the file: so the tree is whole without the space. */
static void complete_root(expansion *e, document *d) {
    for (size_t i = 0; i < e->from->n_axes; i++) {
        node *put;
        const axis *varied = &e->from->axes[e->order[i]];
        if (e->order[i] == 0)
            continue;
        node *tree = put_value(e->r, &e->r->memory, d->root, varied, 0, true, &put);
        d->root = tree ? tree : d->root;
    }
}

/* Its file could not be read, which was told: nothing more is to be said about it. */
static bool is_unread(const node *architecture) {
    return architecture->kind == NODE_SCALAR && !node_is_nothing(architecture);
}

/* Reads all architectures, then each value of the space in turn, so that all mistakes are found before the grid is gone through. */
static bool check_all(expansion *e) {
    node *architectures = node_get(e->d->root, "architectures");
    bool has_network = false;
    for (size_t i = 0; i < architectures->n && e->r->status == TCS_OK; i++) {
        node *learner = node_get(architectures->items[i], "learner");
        if (is_unread(architectures->items[i])) {
            has_network = true;
            continue;
        }
        has_network = has_network || !learner || (learner->kind == NODE_SCALAR && strcmp(learner->text, "network") == 0);
        check_tree(e, e->d->root, architectures->keys[i]->text);
    }
    node *train = node_get(e->d->root, "train");
    if (!has_network && train) {
        tcs_model unused = {0};
        read_training(e->r, train, false, true, &unused);
        tcs_model_free(&unused);
    }
    const axis *names = &e->from->axes[0];
    for (size_t i = 1; i < e->from->n_axes; i++) {
        const axis *varied = &e->from->axes[i];
        for (size_t v = 0; v < varied->n && e->r->status == TCS_OK; v++) {
            arena memory = {0};
            node *put, *tree = NULL;
            if (is_right(e->r) || v < VALUES_TRIED_AFTER_MISTAKES)
                tree = put_value(e->r, &memory, e->d->root, varied, v, false, &put);
            for (size_t a = 0; a < names->n && tree; a++) {
                node *architecture = node_get(architectures, names->values[a]->text);
                if (architecture && !is_unread(architecture))
                    check_tree(e, tree, names->values[a]->text);
            }
            arena_clear(&memory);
            if (!tree)
                break;
        }
    }
    return is_right(e->r);
}

/* ---- the list ---------------------------------------------------------------------------------------------------------- */

static size_t *find_slot(const expansion *e, const uint8_t *key) {
    uint64_t hash;
    memcpy(&hash, key, sizeof hash);
    size_t at = (size_t)hash & (e->n_slots - 1);
    while (e->slots[at] && memcmp(e->sweep->configurations[e->slots[at] - 1].key, key, TCS_DIGEST_BYTES) != 0)
        at = (at + 1) & (e->n_slots - 1);
    return &e->slots[at];
}

static bool reserve(expansion *e) {
    if (e->sweep->n_configurations < e->capacity)
        return true;
    size_t capacity = e->capacity > 0 ? 2 * e->capacity : 64;
    tcs_configuration *configurations = realloc(e->sweep->configurations, capacity * sizeof *configurations);
    if (configurations)
        e->sweep->configurations = configurations;
    digest *tensors = realloc(e->tensors, capacity * sizeof *tensors);
    if (tensors)
        e->tensors = tensors;
    size_t *slots = calloc(4 * capacity, sizeof *slots);
    if (!configurations || !tensors || !slots) {
        free(slots);
        return out_of_memory(e->r);
    }
    e->capacity = capacity;
    free(e->slots);
    e->slots = slots;
    e->n_slots = 4 * capacity;
    for (size_t i = 0; i < e->sweep->n_configurations; i++)
        *find_slot(e, e->sweep->configurations[i].key) = i + 1;
    return true;
}

/* The values that the configuration was read from; "" and NaN for those that it does not use. */
static bool fill_values(expansion *e, const size_t *at, node *const *put, tcs_configuration *made) {
    made->values = tcs_allocate(e->from->n_axes, sizeof *made->values, NULL);
    bool result = made->values != NULL;
    for (size_t i = 0; i < e->from->n_axes && result; i++) {
        const axis *varied = &e->from->axes[i];
        bool is_used = i == 0 || put[i]->was_used;
        tcs_hyperparameter_value *value = &made->values[i];
        e->varies_used[i] = e->varies_used[i] || is_used;
        value->number = NAN;
        if (is_used && varied->is_number)
            is_number(varied->values[at[i]], &value->number);
        value->text = tcs_text_copy(is_used && !varied->is_number ? varied->values[at[i]]->text : "", NULL);
        result = value->text != NULL;
    }
    return result || out_of_memory(e->r);
}

/* "cnn learning_rate=0.0001": what tells the configuration from the others. */
static bool make_label(expansion *e, tcs_configuration *made) {
    tcs_buffer label = {0};
    tcs_buffer_print(&label, "%s", made->architecture);
    for (size_t i = 1; i < e->from->n_axes; i++) {
        const tcs_hyperparameter_value *value = &made->values[i];
        char number[32];
        if (e->from->axes[i].n == 1 || (isnan(value->number) && !value->text[0]))
            continue;
        tcs_number_text(value->number, number);
        tcs_buffer_print(&label, " %s=%s", e->from->axes[i].name, value->text[0] ? value->text : number);
    }
    made->label = tcs_buffer_take_text(&label);
    return made->label || out_of_memory(e->r);
}

void free_configuration(tcs_configuration *configuration, size_t n_values) {
    for (size_t i = 0; i < n_values && configuration->values; i++)
        free(configuration->values[i].text);
    free(configuration->values);
    free(configuration->label);
    free(configuration->architecture);
    tcs_model_free(&configuration->model);
}

/* Adds the configuration unless an equal one is there already; it is taken over or freed. */
static bool add_configuration(expansion *e, const size_t *at, node *const *put, tcs_configuration *made, const uint8_t *tensors) {
    bool result = make_configuration_key(e->sweep->seed, made->architecture, &made->model, made->key) || out_of_memory(e->r);
    result = result && reserve(e);
    size_t *slot = result ? find_slot(e, made->key) : NULL;
    result = result && (*slot || (fill_values(e, at, put, made) && make_label(e, made)));
    if (!result || *slot) {
        free_configuration(made, e->from->n_axes);
        return result;
    }
    memcpy(e->tensors[e->sweep->n_configurations], tensors, TCS_DIGEST_BYTES);
    e->sweep->configurations[e->sweep->n_configurations++] = *made;
    *slot = e->sweep->n_configurations;
    return true;
}

/* Reads the configuration of one combination: at[i] is the place of axis i's value. */
static bool add_combination(expansion *e, const size_t *at) {
    arena memory = {0};
    node *put[MAX_AXES] = {NULL}, *tree = e->d->root;
    const char *name = e->from->axes[0].values[at[0]]->text;
    tcs_configuration made = {.network = TCS_NO_NETWORK};
    uint8_t tensors[TCS_DIGEST_BYTES] = {0};
    for (size_t i = 0; i < e->from->n_axes && tree; i++) {
        size_t k = e->order[i];
        if (k > 0)
            tree = put_value(e->r, &memory, tree, &e->from->axes[k], at[k], false, &put[k]);
    }
    bool result = tree && read_model(e, tree, name, false, &made.model, tensors);
    made.architecture = result ? tcs_text_copy(name, NULL) : NULL;
    if (result && made.architecture)
        result = add_configuration(e, at, put, &made, tensors);
    else {
        result = false;
        tcs_model_free(&made.model);
    }
    arena_clear(&memory);
    return result;
}

/* All combinations: the first axis changes slowest. */
static bool expand_grid(expansion *e) {
    size_t at[MAX_AXES] = {0};
    for (;;) {
        bool result = add_combination(e, at);
        if (!result && (e->r->n_mistakes == 0 || e->r->n_mistakes_left_out > 0 || e->r->status != TCS_OK))
            return is_right(e->r) ? out_of_memory(e->r) : false;
        size_t i = e->from->n_axes;
        while (i > 0 && ++at[i - 1] == e->from->axes[i - 1].n)
            at[--i] = 0;
        if (i == 0)
            return is_right(e->r);
    }
}

/* A value that no configuration uses is a misunderstanding, and would make a grid look larger than it is. */
static bool check_used(expansion *e) {
    for (size_t i = 1; i < e->from->n_axes; i++)
        if (!e->varies_used[i])
            mistake(e->r, e->from->axes[i].key, "\"%s\" changes nothing: no configuration uses it", e->from->axes[i].path);
    return is_right(e->r);
}

/* ---- networks and hyperparameters --------------------------------------------------------------------------------------- */

static bool is_taken(const expansion *e, const char *name) {
    for (size_t i = 0; i < e->sweep->n_networks; i++)
        if (strcmp(e->sweep->networks[i].name, name) == 0)
            return true;
    return node_get(node_get(e->d->root, "architectures"), name) != NULL;
}

/* The architecture's name for its first network, then "cnn-2" and so on. */
static char *name_network(const expansion *e, const char *architecture, size_t n_before) {
    if (n_before == 0)
        return tcs_text_copy(architecture, NULL);
    for (size_t number = n_before + 1;; number++) {
        tcs_buffer name = {0};
        tcs_buffer_print(&name, "%s-%zu", architecture, number);
        char *text = tcs_buffer_take_text(&name);
        if (!text || !is_taken(e, text))
            return text;
        free(text);
    }
}

static bool group_networks(expansion *e) {
    tcs_sweep *sweep = e->sweep;
    sweep->networks = tcs_allocate(sweep->n_configurations, sizeof *sweep->networks, NULL);
    if (!sweep->networks)
        return out_of_memory(e->r);
    for (size_t c = 0; c < sweep->n_configurations; c++) {
        tcs_configuration *grouped = &sweep->configurations[c];
        size_t n_same_name = 0, i = 0;
        if (grouped->model.learner != TCS_LEARNER_NETWORK)
            continue;
        for (; i < sweep->n_networks; i++) {
            size_t other = sweep->networks[i].configuration;
            bool has_same_name = strcmp(sweep->configurations[other].architecture, grouped->architecture) == 0;
            if (has_same_name && memcmp(e->tensors[other], e->tensors[c], TCS_DIGEST_BYTES) == 0)
                break;
            n_same_name += has_same_name;
        }
        grouped->network = i;
        if (i < sweep->n_networks)
            continue;
        char *name = name_network(e, grouped->architecture, n_same_name);
        if (!name)
            return out_of_memory(e->r);
        sweep->networks[sweep->n_networks++] = (tcs_sweep_network){name, c};
    }
    return true;
}

static bool list_hyperparameters(expansion *e) {
    tcs_sweep *sweep = e->sweep;
    sweep->hyperparameters = tcs_allocate(e->from->n_axes, sizeof *sweep->hyperparameters, NULL);
    if (!sweep->hyperparameters)
        return out_of_memory(e->r);
    for (size_t i = 0; i < e->from->n_axes; i++) {
        char *path = tcs_text_copy(e->from->axes[i].path, NULL);
        if (!path)
            return out_of_memory(e->r);
        sweep->hyperparameters[sweep->n_hyperparameters++] = (tcs_hyperparameter){path, i > 0 && e->from->axes[i].is_number};
    }
    return true;
}

bool expand_space(reading *r, document *d, const space *from, tcs_sweep *sweep) {
    expansion e = {.r = r, .d = d, .from = from, .sweep = sweep};
    order_axes(from, e.order);
    complete_root(&e, d);
    bool result = list_hyperparameters(&e) && check_all(&e);
    result = result && expand_grid(&e) && check_used(&e) && group_networks(&e);
    free(e.tensors);
    free(e.slots);
    return result;
}
