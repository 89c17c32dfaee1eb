/* layers.c: the table of layer types. */
#include <string.h>

#include "layer.h"

static const tcs_layer_type *const layer_types[] = {
    &tcs_layer_linear, &tcs_layer_conv2d,  &tcs_layer_maxpool2d, &tcs_layer_flatten,
    &tcs_layer_relu,   &tcs_layer_softmax, &tcs_layer_dropout,
};

size_t tcs_layer_type_count(void) {
    return sizeof layer_types / sizeof *layer_types;
}

const tcs_layer_type *tcs_layer_type_at(size_t index) {
    return layer_types[index];
}

const tcs_layer_type *tcs_layer_type_find(const char *name) {
    for (size_t i = 0; i < tcs_layer_type_count(); i++)
        if (!strcmp(layer_types[i]->name, name))
            return layer_types[i];
    return NULL;
}

const char *tcs_layer_type_name(const tcs_layer_type *type) {
    return type->name;
}

const char *tcs_layer_type_help(const tcs_layer_type *type) {
    return type->help;
}

size_t tcs_layer_type_n_options(const tcs_layer_type *type) {
    return type->n_options;
}

const tcs_layer_option *tcs_layer_type_option(const tcs_layer_type *type, size_t index) {
    return &type->options[index];
}
