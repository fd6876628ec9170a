#!/bin/sh
# As the official image: templates become configuration, then the executables of a directory run in order.
set -e
if [ "$1" = nginx ]; then
  echo "$0: Looking for shell scripts in /docker-entrypoint.d/"
  for file in /docker-entrypoint.d/*.sh; do
    [ ! -x "$file" ] || "$file"
  done
  for template in /etc/nginx/templates/*.template; do
    [ -e "$template" ] || continue
    if [ ! -w /etc/nginx/conf.d ]; then
      echo >&2 "$0: ERROR: /etc/nginx/conf.d is not writable"
      break
    fi
    sed "s|\${SERVER_NAME}|$SERVER_NAME|g" "$template" >"/etc/nginx/conf.d/$(basename "$template" .template)"
  done
  echo "$0: Configuration complete; ready for start up"
fi
exec "$@"
