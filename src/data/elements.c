/* The chemical elements. */
#include "tcsweep/formula.h"

/* Atomic number, first and second letter. */
/* clang-format off */
#define ELEMENTS(E) \
    E(1, 'H', 0) E(2, 'H', 'e') E(3, 'L', 'i') E(4, 'B', 'e') E(5, 'B', 0) E(6, 'C', 0) E(7, 'N', 0) \
    E(8, 'O', 0) E(9, 'F', 0) E(10, 'N', 'e') E(11, 'N', 'a') E(12, 'M', 'g') E(13, 'A', 'l') E(14, 'S', 'i') \
    E(15, 'P', 0) E(16, 'S', 0) E(17, 'C', 'l') E(18, 'A', 'r') E(19, 'K', 0) E(20, 'C', 'a') E(21, 'S', 'c') \
    E(22, 'T', 'i') E(23, 'V', 0) E(24, 'C', 'r') E(25, 'M', 'n') E(26, 'F', 'e') E(27, 'C', 'o') E(28, 'N', 'i') \
    E(29, 'C', 'u') E(30, 'Z', 'n') E(31, 'G', 'a') E(32, 'G', 'e') E(33, 'A', 's') E(34, 'S', 'e') E(35, 'B', 'r') \
    E(36, 'K', 'r') E(37, 'R', 'b') E(38, 'S', 'r') E(39, 'Y', 0) E(40, 'Z', 'r') E(41, 'N', 'b') E(42, 'M', 'o') \
    E(43, 'T', 'c') E(44, 'R', 'u') E(45, 'R', 'h') E(46, 'P', 'd') E(47, 'A', 'g') E(48, 'C', 'd') E(49, 'I', 'n') \
    E(50, 'S', 'n') E(51, 'S', 'b') E(52, 'T', 'e') E(53, 'I', 0) E(54, 'X', 'e') E(55, 'C', 's') E(56, 'B', 'a') \
    E(57, 'L', 'a') E(58, 'C', 'e') E(59, 'P', 'r') E(60, 'N', 'd') E(61, 'P', 'm') E(62, 'S', 'm') E(63, 'E', 'u') \
    E(64, 'G', 'd') E(65, 'T', 'b') E(66, 'D', 'y') E(67, 'H', 'o') E(68, 'E', 'r') E(69, 'T', 'm') E(70, 'Y', 'b') \
    E(71, 'L', 'u') E(72, 'H', 'f') E(73, 'T', 'a') E(74, 'W', 0) E(75, 'R', 'e') E(76, 'O', 's') E(77, 'I', 'r') \
    E(78, 'P', 't') E(79, 'A', 'u') E(80, 'H', 'g') E(81, 'T', 'l') E(82, 'P', 'b') E(83, 'B', 'i') E(84, 'P', 'o') \
    E(85, 'A', 't') E(86, 'R', 'n') E(87, 'F', 'r') E(88, 'R', 'a') E(89, 'A', 'c') E(90, 'T', 'h') E(91, 'P', 'a') \
    E(92, 'U', 0) E(93, 'N', 'p') E(94, 'P', 'u') E(95, 'A', 'm') E(96, 'C', 'm') E(97, 'B', 'k') E(98, 'C', 'f') \
    E(99, 'E', 's') E(100, 'F', 'm') E(101, 'M', 'd') E(102, 'N', 'o') E(103, 'L', 'r') E(104, 'R', 'f') E(105, 'D', 'b') \
    E(106, 'S', 'g') E(107, 'B', 'h') E(108, 'H', 's') E(109, 'M', 't') E(110, 'D', 's') E(111, 'R', 'g') E(112, 'C', 'n') \
    E(113, 'N', 'h') E(114, 'F', 'l') E(115, 'M', 'c') E(116, 'L', 'v') E(117, 'T', 's') E(118, 'O', 'g')
/* clang-format on */

#define SYMBOL(z, first, second) [z] = {first, second},
static const char symbols[TCS_N_ELEMENTS + 1][3] = {ELEMENTS(SYMBOL)};

/* Atomic numbers by symbol: a row for each first letter, in it first the symbols of one letter, then a to z. */
#define PLACE(first, second) (27 * ((first) - 'A') + ((second) ? (second) - 'a' + 1 : 0))
#define NUMBER(z, first, second) [PLACE(first, second)] = z,
static const unsigned char numbers[27 * 26] = {ELEMENTS(NUMBER)[PLACE('D', 0)] = 1, [PLACE('T', 0)] = 1};

int tcs_element_find(const char *symbol, size_t length) {
    if (length < 1 || length > 2 || symbol[0] < 'A' || symbol[0] > 'Z')
        return 0;
    if (length == 2 && (symbol[1] < 'a' || symbol[1] > 'z'))
        return 0;
    return numbers[PLACE(symbol[0], length == 2 ? symbol[1] : 0)];
}

const char *tcs_element_symbol(int atomic_number) {
    return atomic_number >= 1 && atomic_number <= TCS_N_ELEMENTS ? symbols[atomic_number] : "";
}
