#!/usr/bin/env bash
# Runs an example as three processes behind nginx, until Ctrl-C. nginx hands each connection to any of them, without sticky sessions.
#
#   examples/three.sh multiplayer --nats
#   PORT=8080 examples/three.sh orders
#
# The processes share a SQLite file, which is removed at the end. --nats also starts a NATS server, and gives its address to them: then
# sessions are saved there, and a page keeps its state when it comes back to another process. `orders` also runs without: a page begins
# anew there. `multiplayer` needs it, because its pages hear each other over NATS.
#
# Needs nginx, and nats-server for --nats (on Debian: apt install nginx nats-server).
set -euo pipefail
export PATH=$PATH:/usr/sbin

fail() {
  printf 'three.sh: %s\n' "$*" >&2
  exit 1
}

example=${1-}
[[ $example == orders || $example == multiplayer ]] || fail "name an example: orders or multiplayer"
has_nats=${2-}
[[ -z $has_nats || $has_nats == --nats ]] || fail "there is no option $has_nats"
[[ $example == orders || -n $has_nats ]] || fail "multiplayer needs --nats"
needed=(nginx ${has_nats:+nats-server})
for program in "${needed[@]}"; do command -v "$program" >/dev/null || fail "$program is missing: install it"; done

cd "$(dirname "$0")/.."
cargo build --quiet -p "$example"
folder=$(mktemp -d)

children=()
end() {
  trap - EXIT INT TERM
  # nginx first, so that it hands nobody to a server that ends.
  for ((at = ${#children[@]} - 1; at >= 0; at--)); do kill "${children[at]}" 2>/dev/null || true; done
  wait
  rm -rf "$folder"
}
trap end EXIT
trap 'exit 0' INT TERM

# Prints the first text of this form in a file, and waits until it is there.
await() {
  local pattern=$1 file=$2 found
  for _ in {1..200}; do
    found=$(grep -soEm1 "$pattern" "$file" || true)
    [[ -z $found ]] || { printf '%s\n' "$found"; return; }
    sleep 0.05
  done
  fail "no answer within 10 s: $(cat "$file")"
}

shared=(--db "$folder/shared.db")
if [[ -n $has_nats ]]; then
  nats-server -a 127.0.0.1 -p -1 -js -sd "$folder/nats" --ports_file_dir "$folder" >"$folder/nats.log" 2>&1 &
  children+=($!)
  nats=$(await 'nats://[0-9.:]+' "$folder/nats-server_$!.ports")
  shared+=(--nats "$nats")
fi

servers=
for n in 1 2 3; do
  # Only the first shop has customers.
  [[ $example$n != orders2 ]] || shared+=(--no-customers)
  "target/debug/$example" --listen 127.0.0.1:0 "${shared[@]}" >"$folder/$n.log" 2>&1 &
  children+=($!)
  address=$(await 'http://[0-9.:]+' "$folder/$n.log")
  servers+="server ${address#http://}; "
  printf 'process %s: %s, pid %s\n' "$n" "$address" "${children[-1]}"
done

# docs/proxies/nginx.conf, with the three servers and all paths.
proxy=docs/proxies/nginx.conf
port=${PORT:-3000}
cat >"$folder/nginx.conf" <<END
daemon off; pid $folder/nginx.pid; events {}
http {
  access_log off;
  client_body_temp_path $folder/body; proxy_temp_path $folder/proxy;
  fastcgi_temp_path $folder/fastcgi; uwsgi_temp_path $folder/uwsgi; scgi_temp_path $folder/scgi;
  upstream processes { $servers }
  $(sed '/^location/,$d' $proxy)
  server {
    listen 127.0.0.1:$port;
    $(sed -n 's#/app/#/#; s#127.0.0.1:3000#processes#; /^location/,$p' $proxy)
  }
}
END
nginx -p "$folder" -e stderr -c "$folder/nginx.conf" &
nginx=$!
children+=("$nginx")
until (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
  kill -0 "$nginx" 2>/dev/null || fail "nginx has ended. Choose another port with PORT."
  sleep 0.05
done
printf 'open http://127.0.0.1:%s; Ctrl-C ends everything, and kill a pid to see its pages go on elsewhere\n' "$port"
wait "$nginx"
