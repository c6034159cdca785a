#!/usr/bin/env bash
# One scheduled run: copy what is new, save the tasks ECS still knows, explain what no earlier run had.
#
#   FLOW_LOGS  where the flow log writes: s3://BUCKET/PREFIX/AWSLogs/ACCOUNT/vpcflowlogs/REGION
#   CLUSTER    the ECS cluster
#   WORK       a folder that lasts from run to run (default /var/lib/flowcause)
#
# Ends with flowcause's exit code: 10 if a cause is certain, 11 if the logs show too little.
set -euo pipefail

: "${FLOW_LOGS:?set FLOW_LOGS to the folder of S3 that the flow log writes to}"
: "${CLUSTER:?set CLUSTER to the name of the ECS cluster}"
WORK=${WORK:-/var/lib/flowcause}

mkdir -p "$WORK/logs" "$WORK/metadata"
cd "$WORK"

# Today's and yesterday's objects; those that are here already are not copied again.
today=$(date -u +%Y/%m/%d)
yesterday=$(date -u -d yesterday +%Y/%m/%d)
aws s3 sync "$FLOW_LOGS" logs --only-show-errors \
    --exclude '*' --include "*$today/*" --include "*$yesterday/*"

# ECS forgets a stopped task after about an hour, so every run saves a file of its own.
# Tasks that run are saved too: that one started is what shows that an incident is over.
saved=$(date -u +%Y%m%dT%H%M%SZ)
for status in STOPPED RUNNING; do
    arns=$(aws ecs list-tasks --cluster "$CLUSTER" --desired-status "$status" --query 'taskArns[]' --output text |
        tr '\t' '\n' | grep '^arn:' || true)
    if [ -n "$arns" ]; then
        # A hundred tasks a call; documents may follow one another in one file.
        printf '%s\n' "$arns" |
            xargs -n 100 aws ecs describe-tasks --cluster "$CLUSTER" --output json --tasks \
                > "metadata/tasks-$status-$saved.json"
    fi
done

# The network: the latest answer replaces the one before.
for what in network-interfaces vpc-endpoints subnets vpcs flow-logs security-groups network-acls route-tables \
    nat-gateways internet-gateways prefix-lists dhcp-options; do
    aws ec2 "describe-$what" --output json > "metadata/$what.json.new"
    mv "metadata/$what.json.new" "metadata/$what.json"
done

# What is older than flowcause can want again; the sync above does not bring it back.
find logs -type f -mtime +3 -delete
find metadata -type f -name 'tasks-*.json' -mtime +3 -delete

exec flowcause explain logs --metadata metadata --state state.json \
    --format json --output report.json --fail-on confirmed --min-coverage 90 --quiet
