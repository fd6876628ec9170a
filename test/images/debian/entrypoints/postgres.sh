#!/bin/bash
# As the official image: root gives the directories to postgres and becomes postgres; an empty PGDATA gets a database.
set -Eeuo pipefail

# POSTGRES_PASSWORD, or the content of the file in POSTGRES_PASSWORD_FILE.
file_env() {
  local name=$1 file=$1_FILE
  if [ -n "${!name:-}" ] && [ -n "${!file:-}" ]; then
    echo >&2 "error: both $name and $file are set (but are exclusive)"
    exit 1
  fi
  local value=${!name:-${2:-}}
  [ -z "${!file:-}" ] || value=$(<"${!file}")
  export "$name=$value"
  unset "$file"
}

temporary() { pg_ctl -D "$PGDATA" -o "-c listen_addresses='' -p 5432" -w "$@"; }

case ${1:-} in -*) set -- postgres "$@" ;; esac

if [ "$1" = postgres ]; then
  mkdir -p "$PGDATA" /var/run/postgresql
  chmod 700 "$PGDATA" || :
  chmod 3775 /var/run/postgresql || :
  if [ "$(id -u)" = 0 ]; then
    find "$PGDATA" /var/run/postgresql \! -user postgres -exec chown postgres '{}' +
    exec setpriv --reuid=postgres --regid=postgres --init-groups -- "$BASH_SOURCE" "$@"
  fi
  if [ -s "$PGDATA/PG_VERSION" ]; then
    printf '\nPostgreSQL Database directory appears to contain a database; Skipping initialization\n\n'
  else
    file_env POSTGRES_PASSWORD
    file_env POSTGRES_USER postgres
    file_env POSTGRES_DB "$POSTGRES_USER"
    if [ -z "$POSTGRES_PASSWORD" ] && [ "${POSTGRES_HOST_AUTH_METHOD:-}" != trust ]; then
      echo >&2 'Error: Database is uninitialized and superuser password is not specified.'
      exit 1
    fi
    initdb --username="$POSTGRES_USER" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD")
    printf '\nhost all all all %s\n' "${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}" >>"$PGDATA/pg_hba.conf"
    sed -i "s/^#listen_addresses = 'localhost'/listen_addresses = '*'/" "$PGDATA/postgresql.conf"
    temporary start
    export PGPASSWORD=$POSTGRES_PASSWORD
    ask=(psql -v ON_ERROR_STOP=1 --no-psqlrc --username "$POSTGRES_USER" --no-password)
    [ "$POSTGRES_DB" = postgres ] || "${ask[@]}" --dbname postgres -c "CREATE DATABASE \"$POSTGRES_DB\""
    for file in /docker-entrypoint-initdb.d/*; do
      case $file in
        *.sh) if [ -x "$file" ]; then "$file"; else . "$file"; fi ;;
        *.sql) "${ask[@]}" --dbname "$POSTGRES_DB" -f "$file" ;;
      esac
    done
    temporary -m fast stop
    unset PGPASSWORD
    printf '\nPostgreSQL init process complete; ready for start up.\n\n'
  fi
fi

exec "$@"
