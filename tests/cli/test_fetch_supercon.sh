#!/usr/bin/env bash
# scripts/fetch-supercon, without network: where it takes the table from, what it accepts, and what it leaves behind.
# The parts that need the true table look at ../shared/data/supercon.csv, seen from the project's root.
set -euo pipefail

project=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
fetch=$project/scripts/fetch-supercon
true_table=$project/../shared/data/supercon.csv
expected_sha256=b34a955cc59f7a1556bc92c4b9db559bfd634c03227b7e95337a2e5d69227dd6

room=$(mktemp -d)
trap 'rm -rf -- "$room"' EXIT
n_checks=0
n_failures=0

# check WHAT COMMAND…: the command must succeed.
check() {
    local what=$1
    shift
    n_checks=$((n_checks + 1))
    if ! "$@"; then
        n_failures=$((n_failures + 1))
        printf 'FAILED: %s\n' "$what"
        sed 's/^/    | /' "$room/output"
    fi
}

# run EXIT_CODE ARGUMENT…: runs the script, its output in $room/output; path=… gives the script another PATH.
run() {
    local expected=$1 code=0
    shift
    PATH=${path:-$PATH} "$fetch" "$@" >"$room/output" 2>&1 || code=$?
    check "exit code $expected, not $code, of: fetch-supercon $*" [ "$code" -eq "$expected" ]
}

says() { check "the output says: $1" grep -qF -- "$1" "$room/output"; }
same() { cmp -s -- "$1" "$2"; }
absent() { [[ ! -e $1 ]]; }
# holds DIRECTORY NAME…: these entries and no others, hidden ones included.
holds() {
    local directory=$1
    shift
    [[ $(cd "$directory" && find . -mindepth 1 | sort) == "$(printf './%s\n' "$@" | sort)" ]]
}
empty() { [[ -z $(find "$1" -mindepth 1) ]]; }

# A PATH that holds only what the script needs, plus the downloader given by its own option for the target file.
path_with_downloader() {
    local directory=$room/bin_$1 tool
    mkdir "$directory"
    for tool in bash env basename cat chmod cp cut dirname ln mkdir mktemp mv rm rmdir sha256sum sync wc; do
        ln -s "$(command -v "$tool")" "$directory/$tool"
    done
    [[ $1 == none ]] || cat >"$directory/$1"
    [[ $1 == none ]] || chmod +x "$directory/$1"
}

test_command_line() {
    run 0 --help
    says '--from FILE|URL'
    says 'Stanev et al., npj Computational Materials 4, 29 (2018)'
    run 2 --nonsense
    says "'--nonsense' is not understood"
    run 2 --from
    says '--from needs a value'
    run 2 --to "$room"
    says 'is a directory'
    run 2 --from ftp://example.org/supercon.csv --to "$room/ftp.csv"
    says 'only file://, http:// and https://'
    check 'no target after a wrong address' absent "$room/ftp.csv"
}

test_wrong_checksum() {
    local where=$room/wrong found
    mkdir "$where"
    printf 'name,Tc\nNb,9.25\n' >"$room/other.csv"
    found=$(sha256sum <"$room/other.csv" | cut -d ' ' -f 1)
    for from in "$room/other.csv" "file://$room/other.csv"; do
        run 3 --from "$from" --to "$where/t.csv"
        says "expected SHA-256 $expected_sha256"
        says "found    SHA-256 $found"
        check 'nothing is left behind' empty "$where"
    done
    run 3 --from "$room/other.csv" --to "$where/new/deeper/t.csv"
    check 'directories made for nothing are gone' empty "$where"

    printf 'an older table\n' >"$where/t.csv"
    cp "$where/t.csv" "$room/older.csv"
    run 3 --from "$room/other.csv" --to "$where/t.csv"
    check 'the old target is kept' same "$where/t.csv" "$room/older.csv"
    run 4 --from "$room/nowhere.csv" --to "$where/t.csv"
    check 'the old target outlives a missing source' same "$where/t.csv" "$room/older.csv"
    check 'nothing lies beside the old target' holds "$where" t.csv
}

test_missing_file() {
    local where=$room/missing
    mkdir "$where"
    for from in "$room/nowhere.csv" "file://$room/nowhere.csv"; do
        run 4 --from "$from" --to "$where/t.csv"
        says "there is no file '$room/nowhere.csv'"
        check 'nothing is left behind' empty "$where"
    done
    run 4 --from "$room" --to "$where/t.csv"
    check 'a directory is no source' empty "$where"
}

test_downloader() {
    local where=$room/download tool
    mkdir "$where"
    path_with_downloader none
    path=$room/bin_none run 4 --from https://example.org/t.csv --to "$where/t.csv"
    says 'neither curl nor wget is installed'
    # Each stand-in writes its last argument, the address, to the file that the options name.
    path_with_downloader curl <<'END'
#!/usr/bin/env bash
while (($# > 1)); do [[ $1 != --output ]] || file=$2; shift; done
printf 'curl got %s\n' "$1" >"$file"
END
    path_with_downloader wget <<'END'
#!/usr/bin/env bash
while (($# > 1)); do [[ $1 != --output-document=* ]] || file=${1#*=}; shift; done
printf 'wget got %s\n' "$1" >"$file"
END
    for tool in curl wget; do
        path=$room/bin_$tool run 3 --from https://example.org/t.csv --to "$where/t.csv"
        says "found    SHA-256 $(printf '%s got https://example.org/t.csv\n' "$tool" | sha256sum | cut -d ' ' -f 1)"
        path=$room/bin_$tool run 3 --to "$where/t.csv"
        says 'https://raw.githubusercontent.com/vstanev1/Supercon/de55874c0c5c22d69d46ba2c7a3352193e48390c/Supercon_data.csv'
    done
    printf '#!/usr/bin/env bash\nexit 22\n' >"$room/bin_curl/curl"
    path=$room/bin_curl run 4 --from https://example.org/t.csv --to "$where/t.csv"
    says 'could not download https://example.org/t.csv'
    check 'nothing is left behind' empty "$where"
}

test_true_table() {
    local where=$room/true
    mkdir "$where"
    cp -- "$true_table" "$room/a table 100%.csv"
    run 0 --from "$room/a table 100%.csv" --to "$where/plain.csv"
    says 'NIMS SuperCon as published with Stanev et al., npj Computational Materials 4, 29 (2018)'
    says '16415 lines'
    check 'the plain path gave the true table' same "$where/plain.csv" "$true_table"
    run 0 --from="file://localhost$room/a%20table%20100%25.csv" --to="$where/new/url.csv"
    check 'the file:// URL gave the true table' same "$where/new/url.csv" "$true_table"
    check 'the table is as readable as any new file' [ "$(stat -c %a "$where/plain.csv")" = "$(touch "$room/t" && stat -c %a "$room/t")" ]
    check 'nothing else is there' holds "$where" plain.csv new new/url.csv

    touch -d '2001-02-03' "$where/plain.csv"
    run 0 --from "$room/nowhere.csv" --to "$where/plain.csv"
    says 'is already there and right'
    run 0 --from "$room/other.csv" --to "$where/plain.csv"
    check 'a right target is not written again' [ "$(date -r "$where/plain.csv" +%Y)" = 2001 ]
    check 'the right target is kept' same "$where/plain.csv" "$true_table"
}

test_changed_true_table() {
    local where=$room/changed
    mkdir "$where"
    sed '2s/31\.2/31.3/' "$true_table" >"$room/changed.csv"
    check 'the changed table differs' [ "$(cmp -l "$true_table" "$room/changed.csv" | wc -l)" -eq 1 ]
    run 3 --from "$room/changed.csv" --to "$where/t.csv"
    head -c 100000 "$true_table" >"$room/cut.csv"
    run 3 --from "$room/cut.csv" --to "$where/t.csv"
    check 'no single wrong byte, no cut file gets through' empty "$where"
}

test_other_content_is_kept() {
    local where=$room/kept
    mkdir "$where"
    printf 'mine\n' >"$where/t.csv"
    printf 'mine, earlier\n' >"$where/t.csv.1"
    run 0 --from "$true_table" --to "$where/t.csv"
    says "it is now $where/t.csv.2"
    check 'the true table is in place' same "$where/t.csv" "$true_table"
    check 'what was there has a numbered name' [ "$(cat "$where/t.csv.2")" = mine ]
    check 'an earlier numbered file is untouched' [ "$(cat "$where/t.csv.1")" = 'mine, earlier' ]
    check 'nothing else is there' holds "$where" t.csv t.csv.1 t.csv.2
}

test_command_line
test_wrong_checksum
test_missing_file
test_downloader
if [[ -f $true_table ]]; then
    test_true_table
    test_changed_true_table
    test_other_content_is_kept
else
    printf 'SKIPPED: the parts that need the true table, because there is no %s\n' "$true_table"
fi
printf '%d checks, %d failed\n' "$n_checks" "$n_failures"
[[ $n_failures -eq 0 ]]
