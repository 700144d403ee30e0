#!/bin/sh
# A newsroom's system sends an article, has it read, and publishes it, with curl alone:
#   AUDIOPUB_URL=http://127.0.0.1:8000 AUDIOPUB_KEY=apk_… sh cms.sh SHOW SOURCE_ID article.html
set -eu
show=$1 source_id=$2 file=$3
api=$AUDIOPUB_URL/api/v1

# The key goes in by a file that is gone at once: what stands on a command line, everybody on the machine can read.
ask() {
    printf 'header = "Authorization: Bearer %s"\n' "$AUDIOPUB_KEY" |
        curl --config - --silent --show-error --fail-with-body --header 'Content-Type: application/json' "$@"
}
field() { python3 -c 'import functools, json, sys; print(functools.reduce(lambda found, key: found[key], sys.argv[1].split("."), json.load(sys.stdin)))' "$1"; }
ended() { ask --no-buffer "$api/jobs/$1/events" | sed -n '/^event: end/{n;s/^data: //p;}' | field state; }

python3 -c 'import json, sys; print(json.dumps({"show": sys.argv[1], "source_id": sys.argv[2], "html": open(sys.argv[3], encoding="utf-8").read()}))' \
    "$show" "$source_id" "$file" >"${TMPDIR:-/tmp}/article.$$"
trap 'rm -f "${TMPDIR:-/tmp}/article.$$"' EXIT

# The same source_id is the same article, however often it is sent: 201 the first time, 200 afterwards.
name=$(ask --data-binary @"${TMPDIR:-/tmp}/article.$$" "$api/articles" | field article.name)

job=$(ask --request POST "$api/articles/$name/render" | field job.id)
test "$(ended "$job")" = done

# Just what was made is published: the fingerprint says so. Where an editor listens first, leave "accept" out and this part to the desk.
proof=$(ask "$api/articles/$name" | field proof.fingerprint)
job=$(ask --header "Idempotency-Key: $proof-$$" --data '{"fingerprint": "'"$proof"'", "accept": ["heard"]}' "$api/articles/$name/publish" | field job.id)
test "$(ended "$job")" = done
ask "$api/articles/$name" | field article.state
