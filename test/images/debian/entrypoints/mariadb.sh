#!/bin/bash
# As the official image: root gives the directories to mysql and becomes mysql; an empty directory gets a database.
set -eo pipefail
shopt -s nullglob

data=/var/lib/mysql socket=/run/mysqld/mysqld.sock

case ${1:-} in -*) set -- mariadbd "$@" ;; esac

if [ "$1" = mariadbd ]; then
  mkdir -p "$data" /run/mysqld
  if [ "$(id -u)" = 0 ]; then
    find "$data" /run/mysqld \! -user mysql -exec chown mysql: '{}' +
    exec setpriv --reuid=mysql --regid=mysql --init-groups -- "$BASH_SOURCE" "$@"
  fi
  if [ ! -d "$data/mysql" ]; then
    if [ -z "$MARIADB_ROOT_PASSWORD$MARIADB_ALLOW_EMPTY_ROOT_PASSWORD" ]; then
      echo >&2 '[ERROR] [Entrypoint]: Database is uninitialized and password option is not specified'
      exit 1
    fi
    mariadb-install-db --datadir="$data" --auth-root-authentication-method=normal --skip-test-db >/dev/null
    "$@" --skip-networking --socket="$socket" &
    server=$!
    until mariadb-admin --no-defaults --socket="$socket" -uroot ping >/dev/null 2>&1; do sleep 0.2; done
    {
      [ -z "$MARIADB_DATABASE" ] || echo "CREATE DATABASE \`$MARIADB_DATABASE\`;"
      [ -z "$MARIADB_USER" ] || echo "CREATE USER '$MARIADB_USER'@'%' IDENTIFIED BY '$MARIADB_PASSWORD';"
      [ -z "$MARIADB_USER$MARIADB_DATABASE" ] || echo "GRANT ALL ON \`$MARIADB_DATABASE\`.* TO '$MARIADB_USER'@'%';"
      cat /dev/null /docker-entrypoint-initdb.d/*.sql
      echo "CREATE USER 'root'@'%' IDENTIFIED BY '$MARIADB_ROOT_PASSWORD'; GRANT ALL ON *.* TO 'root'@'%' WITH GRANT OPTION;"
      echo "SET PASSWORD FOR 'root'@'localhost' = PASSWORD('$MARIADB_ROOT_PASSWORD');"
    } | mariadb --no-defaults --socket="$socket" -uroot ${MARIADB_DATABASE:+"--init-command=SELECT 1"} mysql
    kill "$server"
    wait "$server" || :
    echo '[Note] [Entrypoint]: MariaDB init process done. Ready for start up.'
  fi
fi

exec "$@"
