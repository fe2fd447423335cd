#!/bin/sh
# Run once by the postgres image on an empty volume: the two roles and their database. The owner migrates; the services'
# role gets its rights from the migrations.
set -eu

psql --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
  --set=owner_password="$DATABASE_OWNER_PASSWORD" --set=service_password="$DATABASE_PASSWORD" <<'SQL'
create role box_office_owner login password :'owner_password';
create role box_office login password :'service_password';
create database box_office owner box_office_owner;
SQL
