#!/usr/bin/env bash
# One scheduled run: copies new log files, saves the metadata, and explains the failures that no earlier run explained.
#
#   FLOW_LOGS  destination of the flow log: s3://BUCKET/PREFIX/AWSLogs/ACCOUNT/vpcflowlogs/REGION
#   CLUSTER    the ECS cluster
#   WORK       a folder that is kept between runs (default /var/lib/flowcause)
#
# Exits with the exit code of flowcause: 10 if a cause is confirmed, 11 if the coverage of the logs is too low.
set -euo pipefail

: "${FLOW_LOGS:?set FLOW_LOGS to the S3 folder of the flow log}"
: "${CLUSTER:?set CLUSTER to the name of the ECS cluster}"
WORK=${WORK:-/var/lib/flowcause}

mkdir -p "$WORK/logs" "$WORK/metadata"
cd "$WORK"

# The objects of today and yesterday; files that exist already are not copied again.
today=$(date -u +%Y/%m/%d)
yesterday=$(date -u -d yesterday +%Y/%m/%d)
aws s3 sync "$FLOW_LOGS" logs --only-show-errors \
    --exclude '*' --include "*$today/*" --include "*$yesterday/*"

# The metadata. ECS describes a stopped task for about an hour, so each run saves its tasks in files of their own; they
# include running tasks, because a task that started shows that an incident is over. The other documents are replaced.
# If a call is refused, the run continues with the documents that were saved.
flowcause collect --cluster "$CLUSTER" > collect.sh
bash collect.sh metadata > /dev/null || echo 'flowcause-scheduled.sh: the metadata is incomplete' >&2

# flowcause needs no older files; the sync above does not copy them again.
find logs -type f -mtime +3 -delete
find metadata -type f -name 'tasks.*.json' -mtime +3 -delete

exec flowcause explain logs --metadata metadata --state state.json \
    --format json --output report.json --fail-on confirmed --min-coverage 90 --quiet
