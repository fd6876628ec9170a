#!/bin/sh
# As the official image: options alone are those of redis-server, which root starts as redis.
set -e
if [ "${1#-}" != "$1" ] || [ "${1%.conf}" != "$1" ]; then
  set -- redis-server "$@"
fi
# The official one is compiled without the protected mode.
case "$1 $*" in
  redis-server*--protected-mode*) ;;
  redis-server*) set -- "$@" --protected-mode no ;;
esac
if [ "$1" = redis-server ] && [ "$(id -u)" = 0 ]; then
  find . \! -user redis -exec chown redis '{}' +
  exec setpriv --reuid=redis --regid=redis --clear-groups -- "$0" "$@"
fi
[ "$(umask)" != 0022 ] || umask 0077
exec "$@"
