#!/usr/bin/env bash
# Asks Solr for candidates and Attar for their order; prints the ids, best first. Where Attar does not answer in time, Solr's order stands.
# usage: deploy/solr-rerank.sh QUERY [ROWS]
# environment: SOLR  the collection, http://localhost:8983/solr/products;  ATTAR  http://localhost:8080;  ATTAR_KEY  an API key;  ATTAR_WAIT  500, the milliseconds that Attar may take
set -euo pipefail
query="$1" rows="${2:-100}" wait="${ATTAR_WAIT:-500}"
found="$(curl -sSf -G "${SOLR:-http://localhost:8983/solr/products}/select" \
  --data-urlencode "q=$query" -d "defType=edismax" -d "qf=title" -d "fl=id,title,brand,category" -d "rows=$rows" -d "wt=json")"
jq -c --arg query "$query" '{query: $query, documents: .response.docs}' <<<"$found" |
  curl -sSf --max-time "$(((2 * wait + 999) / 1000))" "${ATTAR:-http://localhost:8080}/v1/rerank" -H 'content-type: application/json' -H "x-deadline-ms: $wait" \
    ${ATTAR_KEY:+-H "authorization: Bearer $ATTAR_KEY"} -d @- |
  jq -r '.results[].id' ||
  jq -r '.response.docs[].id' <<<"$found"
