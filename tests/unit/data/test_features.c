#include "tcsweep/features.h"

#include <math.h>
#include <string.h>

#include "check.h"

static void the_registry(void) {
    CU_ASSERT(tcs_feature_count() >= 2);
    CU_ASSERT_PTR_NULL(tcs_feature_at(tcs_feature_count()));
    CU_ASSERT_PTR_NULL(tcs_feature_find("no such"));
    CU_ASSERT_PTR_NULL(tcs_feature_find(""));
    for (size_t i = 0; i < tcs_feature_count(); i++) {
        const tcs_feature *feature = tcs_feature_at(i);
        CU_ASSERT_PTR_EQUAL(tcs_feature_find(feature->name), feature);
        CU_ASSERT(feature->rank >= 1 && feature->rank <= 3);
        CU_ASSERT(strlen(feature->description) > 0 && !strchr(feature->description, '\n'));
        for (int axis = 0; axis < 3; axis++)
            CU_ASSERT_EQUAL(feature->extent[axis] > 0, axis < feature->rank);
    }
    const tcs_feature *list = tcs_feature_find("composition"), *image = tcs_feature_find("composition_image");
    CU_ASSERT_FATAL(list && image);
    CU_ASSERT(list->rank == 1 && list->extent[0] == 120);
    CU_ASSERT(image->rank == 3 && image->extent[0] == 1 && image->extent[1] == 10 && image->extent[2] == 12);
    CU_ASSERT_EQUAL(tcs_feature_width(list), 120);
    CU_ASSERT_EQUAL(tcs_feature_width(image), 120);
}

static void atomic_percent(void) {
    static const char text[] = "name,Tc\nMgB2,39\nH2O,0\nPb0.5Cu0.5Pb0.5Og0.5,1\n";
    const tcs_table_options options = {"name", "Tc", TCS_BAD_ROW_ERROR};
    tcs_table table;
    CU_ASSERT_EQUAL_FATAL(tcs_table_parse(text, sizeof text - 1, "t", &options, &table, NULL), TCS_OK);
    float expected[3][120] = {{0}}, out[3 * 120];
    expected[0][12] = (float)(100.0 / 3);
    expected[0][5] = (float)(200.0 / 3);
    expected[1][1] = (float)(200.0 / 3);
    expected[1][8] = (float)(100.0 / 3);
    expected[2][82] = 50;
    expected[2][29] = expected[2][118] = 25;
    for (size_t i = 0; i < tcs_feature_count(); i++) {
        for (size_t j = 0; j < 360; j++)
            out[j] = NAN;
        tcs_feature_compute(tcs_feature_at(i), &table, out);
        CU_ASSERT_EQUAL(memcmp(out, expected, sizeof expected), 0);
    }
    tcs_table_free(&table);
}

/* Extreme amounts give finite numbers. */
static void extreme_amounts(void) {
    static const unsigned char element[3] = {1, 2, 118};
    static const double amounts[][3] = {{1e9, 1e9, 1e9}, {5e-324, 5e-324, 5e-324}, {1e9, 5e-324, 1}};
    for (size_t i = 0; i < 3; i++) {
        float out[120];
        double sum = 0;
        tcs_feature_find("composition")->compute(element, amounts[i], 3, out);
        for (int j = 0; j < 120; j++)
            sum += out[j];
        CU_ASSERT(fabs(sum - 100) < 1e-4);
        CU_ASSERT(out[0] == 0 && out[119] == 0);
    }
}

TCS_TESTS("features", {"the registry", the_registry}, {"atomic percent", atomic_percent}, {"extreme amounts", extreme_amounts})
