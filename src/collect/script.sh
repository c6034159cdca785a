#!/usr/bin/env bash
# Saves the AWS documents that flowcause reads, each as a JSON file. Printed by `flowcause collect`.
#
#   bash collect.sh [FOLDER]      the default FOLDER is metadata
#
# Requires bash and the AWS CLI, version 1 or 2, with a region and credentials. Every call lists, describes or gets, so
# nothing in the account changes. No call returns the value of a secret or of a parameter. `flowcause collect --policy` prints
# the permissions.
#
# manifest.json names the call of each file, its subject, account and Region, when it was saved, and the calls that failed.
#
# Files are written atomically. If a call is refused, only its own document is missing: the script continues, names the
# call and its permission at the end, and exits with 1.
set -euo pipefail

# The target. Empty quotes mean everything that the credentials can see.
region=''  # such as eu-west-1; empty: the region in the configuration of the AWS CLI
cluster='' # name or ARN of an ECS cluster; empty: every cluster of the region
vpc=''     # such as vpc-0123456789abcdef0; empty: every VPC of the region

if (($# > 1)) || [[ ${1-} == -* ]]; then
    echo 'usage: bash collect.sh [FOLDER]' >&2
    exit 2
fi
folder=${1:-metadata}
# ECS describes a stopped task for about an hour. Names of task files contain the time, so no later run overwrites them.
now=$(date -u +%Y%m%dT%H%M%SZ)

export AWS_PAGER=''
if [[ -n $region ]]; then
    export AWS_REGION=$region AWS_DEFAULT_REGION=$region
fi
if ! command -v aws >/dev/null; then
    echo 'the AWS CLI (aws) is not in the PATH' >&2
    exit 1
fi
mkdir -p "$folder"
work=$(mktemp -d "$folder/.part.XXXXXX")
trap 'write_manifest; rm -rf "$work"' EXIT
: >"$work/problems"
: >"$work/manifest"
: >"$work/names"
# Of the credentials: partition, account and Region, as soon as an ARN shows them. Of the next saved call: the ARN of the
# thing that it names, which not every answer contains; whether "there is none" is an answer too; whether it goes to another
# Region.
partition=aws
account=''
place=${region:-${AWS_REGION:-${AWS_DEFAULT_REGION:-}}}
subject=''
may_be_absent=''
is_elsewhere=''

# Tools -------------------------------------------------------------------------------------------------------------

# call SERVICE COMMAND [WORD...]: makes one call of the AWS CLI and writes the answer to $work/answer. The AWS CLI requests
# all pages by itself. If the call fails, notes the problem and returns the exit code.
call() {
    local code=0
    aws "$@" --output json </dev/null >"$work/answer" 2>"$work/error" || code=$?
    if ((code == 0)); then
        return 0
    fi
    local message error
    message=$(tr -s '\n' ' ' <"$work/error")
    error=$(error_name)
    # Names of things stand in messages too, so the name of an error decides where there is one.
    case $error in
    *NotFound* | NoSuch*)
        if [[ -n $may_be_absent ]]; then
            return "$code"
        fi
        ;;
    esac
    case ${error:-$message} in
    *AccessDenied* | *UnauthorizedOperation* | *NotAuthorized* | *'not authorized'*)
        echo "aws $1 $2: not permitted, it requires $(permission "$1" "$2")" >>"$work/problems"
        ;;
    *credentials* | *ExpiredToken* | *InvalidClientTokenId* | *UnrecognizedClient* | *AuthFailure* | *'specify a region'*)
        # A Region that is not enabled refuses every token.
        if [[ -n $is_elsewhere ]]; then
            echo "aws $1 $2 in $place: ${message# }" >>"$work/problems"
            return "$code"
        fi
        echo "aws $1 $2: ${message# }" >&2
        echo 'every other call would fail too: the script stops here' >&2
        exit 1
        ;;
    *)
        echo "aws $1 $2: ${message# }" >>"$work/problems"
        ;;
    esac
    return "$code"
}

# error_name: prints the name of the error of the last call, such as AccessDenied; nothing if AWS did not answer.
error_name() {
    sed -n 's/.*An error occurred (\([A-Za-z0-9.]*\)).*/\1/p' "$work/error" | head -n 1
}

# permission SERVICE COMMAND: prints the permission of a call, such as ec2:DescribeSubnets of `ec2 describe-subnets`.
permission() {
    echo "$2" | awk -F- -v service="$1" '{
        action = ""
        for (i = 1; i <= NF; i++) action = action toupper(substr($i, 1, 1)) substr($i, 2)
        if (service == "efs") service = "elasticfilesystem"
        if (service == "s3api") service = "s3"
        print service ":" action
    }'
}

# save NAME SERVICE COMMAND [WORD...]: saves the answer of one call as NAME.json, and notes the call for the manifest.
save() {
    local name=$1 code=0
    shift
    call "$@" || code=$?
    if ((code == 0)); then
        mv "$work/answer" "$folder/$name.json"
        echo "$folder/$name.json"
    fi
    note "$name" "$code" "$@"
}

# note NAME CODE SERVICE COMMAND [WORD...]: adds a call to the manifest.
note() {
    local name=$1 code=$2 error='' filters='' whole=true where=$place word is_filter=''
    shift 2
    if ((code != 0)); then
        whole=false
        error=$(error_name)
        error=${error:-Failed}
    fi
    case $1 in
    iam | organizations | route53) where='' ;;
    esac
    for word in "$@"; do
        if [[ $word == --* ]]; then
            is_filter=''
            if [[ $word == --*filter || $word == --*filters ]]; then is_filter=1; fi
        elif [[ -n $is_filter ]]; then
            filters+="${filters:+, }$(json_text "$word")"
        fi
    done
    {
        printf '    {"file": %s, "call": %s, "subject": %s, ' \
            "$(json_text "$name.json")" "$(json_text "$1 $2")" "$(json_text "$subject")"
        printf '"account": %s, "region": %s, ' "$(json_text "$account")" "$(json_text "$where")"
        printf '"filters": [%s], "all_pages": %s, "saved_at": "%s", "exit_code": %d, "error": %s}\n' \
            "$filters" "$whole" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$code" "$(json_text "$error")"
    } >>"$work/manifest"
}

# json_text TEXT: prints a text in JSON, or null if it is empty.
json_text() {
    if [[ -z $1 ]]; then
        echo null
    else
        printf '%s' "$1" | tr -d '\000-\037' | sed 's/[\\"]/\\&/g; s/^/"/; s/$/"/'
    fi
}

# write_manifest: writes the calls of this run, and those of earlier runs whose files are still there.
write_manifest() {
    local line name
    [[ -s $work/manifest ]] || return 0
    if [[ -f $folder/manifest.json ]]; then
        grep '^    {"file": .*"exit_code": 0,' "$folder/manifest.json" | sed 's/,$//' >"$work/before" || true
        while IFS= read -r line; do
            name=${line#*'"file": "'}
            name=${name%%'"'*}
            if [[ -f $folder/$name ]] &&
                ! grep -F "{\"file\": \"$name\"," "$work/manifest" | grep -q '"exit_code": 0,'; then
                printf '%s\n' "$line" >>"$work/kept"
            fi
        done <"$work/before"
        if [[ -s $work/kept ]]; then cat "$work/kept" >>"$work/manifest"; fi
    fi
    {
        printf '{\n  "flowcause_manifest": 1,\n  "files": [\n'
        sed '$!s/$/,/' "$work/manifest"
        printf '  ]\n}\n'
    } >"$work/whole"
    mv "$work/whole" "$folder/manifest.json"
}

# learn FILE: partition, account and Region of the first ARN in a list.
learn() {
    local arn parts
    arn=$(head -n 1 "$1")
    if [[ -z $account && $arn == arn:*:*:*:*:* ]]; then
        IFS=: read -r -a parts <<<"$arn"
        partition=${parts[1]}
        place=${parts[3]:-$place}
        account=${parts[4]}
    fi
}

# save_of_vpc NAME OPTION FILTER SERVICE COMMAND [WORD...]: as save, but only for the VPC if one is chosen.
save_of_vpc() {
    local name=$1 option=$2 filter=$3
    shift 3
    if [[ -n $vpc ]]; then
        set -- "$@" "$option" "Name=$filter,Values=$vpc"
    fi
    save "$name" "$@"
}

# save_each_of SIZE NAME LIST SERVICE COMMAND [WORD...]: as save, with the lines of the file LIST as the last words. One
# call takes SIZE lines and writes one file: NAME.1.json, NAME.2.json and so on.
save_each_of() {
    local size=$1 name=$2 list=$3 number=0 line words=()
    shift 3
    while read -r line; do
        words+=("$line")
        if ((${#words[@]} == size)); then
            number=$((number + 1))
            save "$name.$number" "$@" "${words[@]}"
            words=()
        fi
    done <"$list"
    if ((${#words[@]} > 0)); then
        save "$name.$((number + 1))" "$@" "${words[@]}"
    fi
}

# quoted PATTERN [FILE...]: prints every quoted text that matches, one per line, without duplicates.
quoted() {
    local pattern=$1
    shift
    { cat "$@" 2>/dev/null | grep -o "\"$pattern\"" || true; } | tr -d '"' | sort -u
}

# keyed KEY [FILE...]: prints every text under a key, one per line, without duplicates.
keyed() {
    local key=$1
    shift
    { cat "$@" 2>/dev/null | grep -o "\"$key\": *\"[^\"\\\\]*\"" || true; } | sed 's/^"[^"]*": *"//; s/"$//' | sort -u
}

# first_of KEY FILE: prints the first text under a key.
first_of() {
    sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p" "$2" 2>/dev/null | head -n 1
}

# unproblematic COMMAND [WORD...]: runs a function whose failing calls are no problem: only the manifest notes them.
unproblematic() {
    cp "$work/problems" "$work/problems-before"
    "$@"
    mv "$work/problems-before" "$work/problems"
}

# in_region REGION COMMAND [WORD...]: runs a function whose calls go to a Region; empty: that of the credentials.
in_region() {
    local where=$1
    shift
    if [[ -z $where || $where == "$place" ]]; then
        "$@"
    else
        place=$where is_elsewhere=1 AWS_REGION=$where AWS_DEFAULT_REGION=$where "$@"
    fi
}

# save_of ARN NAME SERVICE COMMAND [WORD...]: as save, for the thing with this ARN, in its Region. That there is none is an
# answer, and only the manifest notes it. So is a refusal of another account.
save_of() {
    local parts
    IFS=: read -r -a parts <<<"$1"
    subject=$1
    shift
    may_be_absent=1
    if [[ -n ${parts[4]-} && -n $account && ${parts[4]} != "$account" ]]; then
        unproblematic in_region "${parts[3]-}" save "$@"
    else
        in_region "${parts[3]-}" save "$@"
    fi
    may_be_absent=''
    subject=''
}

# ECS ---------------------------------------------------------------------------------------------------------------

save_clusters() {
    local arn
    : >"$work/clusters"
    if [[ -n $cluster ]]; then
        echo "$cluster" >"$work/clusters"
    elif call ecs list-clusters; then
        quoted 'arn:[^"]*' "$work/answer" >"$work/clusters"
    fi
    learn "$work/clusters"
    # Tasks of all clusters come first, because ECS forgets them.
    while read -r arn; do save_tasks "$arn"; done <"$work/clusters"
    while read -r arn; do save_container_instances "$arn"; done <"$work/clusters"
    while read -r arn; do save_services "$arn"; done <"$work/clusters"
}

save_tasks() {
    local status
    for status in STOPPED RUNNING; do
        if call ecs list-tasks --cluster "$1" --desired-status "$status"; then
            quoted 'arn:[^"]*' "$work/answer" >"$work/tasks"
            learn "$work/tasks"
            save_each_of 100 "tasks.${1##*/}.$now.$status" "$work/tasks" ecs describe-tasks --cluster "$1" --tasks
        fi
    done
}

# The container instances of tasks outside Fargate: tasks are started over the interface of their instance.
save_container_instances() {
    if call ecs list-container-instances --cluster "$1"; then
        quoted 'arn:[^"]*' "$work/answer" >"$work/instances"
        save_each_of 100 "container-instances.${1##*/}.$now" "$work/instances" \
            ecs describe-container-instances --cluster "$1" --container-instances
    fi
}

save_services() {
    if call ecs list-services --cluster "$1"; then
        quoted 'arn:[^"]*' "$work/answer" >"$work/services"
        save_each_of 10 "services.${1##*/}" "$work/services" ecs describe-services --cluster "$1" --services
    fi
}

# The definitions of all tasks and services in the folder, including those of earlier runs. Image, secrets and logs show
# which services a task needs.
save_task_definitions() {
    local arn name
    quoted 'arn:[^"]*:task-definition/[^"/]*' "$folder"/tasks.*.json "$folder"/services.*.json >"$work/definitions"
    learn "$work/definitions"
    while read -r arn; do
        name=${arn##*/}
        save "task-definition.${name/:/.}" ecs describe-task-definition --task-definition "$arn"
    done <"$work/definitions"
}

# The mount targets of the file systems that task definitions mount.
save_mount_targets() {
    local id
    quoted 'fs-[0-9a-z]*' "$folder"/task-definition.*.json >"$work/file-systems"
    while read -r id; do
        save "mount-targets.$id" efs describe-mount-targets --file-system-id "$id"
    done <"$work/file-systems"
}

# Roles -------------------------------------------------------------------------------------------------------------

# file_form NAME: a name as it stands in the name of a file.
file_form() {
    printf '%s' "$1" | LC_ALL=C tr -c 'A-Za-z0-9_.-' '-'
}

# items: prints the texts of the list in $work/answer or a file, one per line: the AWS CLI writes each on a line of its own.
items() {
    sed -n 's/^ *"\([^"\\]*\)",\{0,1\}$/\1/p' "$@" 2>/dev/null || true
}

# The roles that task definitions name, and what their policies allow. Their answers do not all contain the role, so the
# names of the files do.
save_roles() {
    local arn name file policy
    quoted 'arn:[^"]*:role/[^"]*' "$folder"/task-definition.*.json >"$work/roles"
    while read -r arn; do
        name=${arn##*/}
        file=$(file_form "$name")
        subject=$arn
        save "role-$file" iam get-role --role-name "$name"
        save "attached-role-policies-$file" iam list-attached-role-policies --role-name "$name"
        save "role-policies-$file" iam list-role-policies --role-name "$name"
        items "$folder/role-policies-$file.json" >"$work/inline"
        while read -r policy; do
            save "role-policy-$file-$(file_form "$policy")" \
                iam get-role-policy --role-name "$name" --policy-name "$policy"
        done <"$work/inline"
        cat "$folder/role-$file.json" "$folder/attached-role-policies-$file.json" >>"$work/attached" 2>/dev/null || true
    done <"$work/roles"
    subject=''
}

# The managed policies of these roles and their boundaries: the version that counts.
save_policies() {
    local arn name file version
    quoted 'arn:[^"]*:policy/[^"]*' "$work/attached" >"$work/policies"
    while read -r arn; do
        name=$(file_form "${arn##*/}")
        subject=$arn
        file=$(unused "policy-$name")
        save "$file" iam get-policy --policy-arn "$arn"
        version=$(first_of DefaultVersionId "$folder/$file.json")
        if [[ -n $version ]]; then
            save "$(unused "policy-version-$name-$version")" \
                iam get-policy-version --policy-arn "$arn" --version-id "$version"
        fi
    done <"$work/policies"
    subject=''
}

# unused NAME: prints the name, with a number if another document of this run has it: policies of AWS and of the account
# may have one name. The manifest names the subject of each file.
unused() {
    local name=$1 number=1
    while grep -qxF "$name" "$work/names"; do
        number=$((number + 1))
        name=$1.$number
    done
    echo "$name" >>"$work/names"
    echo "$name"
}

# The policies of the organization. Only its management account and delegated administrators can read them, so a refusal is
# no problem.
save_organization_policies() {
    local type id code
    : >"$work/organization"
    for type in SERVICE_CONTROL_POLICY RESOURCE_CONTROL_POLICY; do
        code=0
        call organizations list-policies --filter "$type" || code=$?
        if ((code != 0)); then
            note organizations-policies "$code" organizations list-policies --filter "$type"
            return
        fi
        quoted 'arn:[^"]*/p-[0-9A-Za-z_]*' "$work/answer" >>"$work/organization"
    done
    while read -r subject; do
        id=${subject##*/}
        save "organizations-policy-$id" organizations describe-policy --policy-id "$id"
        save "organizations-policy-targets-$id" organizations list-targets-for-policy --policy-id "$id"
    done < <(sort -u "$work/organization")
    subject=''
}

# VPC ---------------------------------------------------------------------------------------------------------------

save_network() {
    # begin: calls for a whole region or VPC
    save_of_vpc network-interfaces --filters vpc-id ec2 describe-network-interfaces
    save_of_vpc vpc-endpoints --filters vpc-id ec2 describe-vpc-endpoints
    save_of_vpc subnets --filters vpc-id ec2 describe-subnets
    save_of_vpc vpcs --filters vpc-id ec2 describe-vpcs
    save flow-logs ec2 describe-flow-logs
    save_of_vpc instances --filters vpc-id ec2 describe-instances
    save_of_vpc security-groups --filters vpc-id ec2 describe-security-groups
    save security-group-rules ec2 describe-security-group-rules
    save_of_vpc network-acls --filters vpc-id ec2 describe-network-acls
    save_of_vpc route-tables --filters vpc-id ec2 describe-route-tables
    save_of_vpc nat-gateways --filter vpc-id ec2 describe-nat-gateways
    save_of_vpc internet-gateways --filters attachment.vpc-id ec2 describe-internet-gateways
    save dhcp-options ec2 describe-dhcp-options
    save prefix-lists ec2 describe-prefix-lists
    save managed-prefix-lists ec2 describe-managed-prefix-lists
    save vpc-peering-connections ec2 describe-vpc-peering-connections
    save_of_vpc transit-gateway-attachments --filters resource-id ec2 describe-transit-gateway-attachments
    save_of_vpc transit-gateway-vpc-attachments --filters vpc-id ec2 describe-transit-gateway-vpc-attachments
    save egress-only-internet-gateways ec2 describe-egress-only-internet-gateways
    save list-resolver-rules route53resolver list-resolver-rules
    save list-resolver-rule-associations route53resolver list-resolver-rule-associations
    save parameters ssm describe-parameters
    save list-aliases kms list-aliases
    save repositories ecr describe-repositories
    save pull-through-cache-rules ecr describe-pull-through-cache-rules
    save log-groups logs describe-log-groups
    # end
}

# Whether DNS works in the VPC. A call returns one attribute.
save_vpc_attributes() {
    local id attribute
    if [[ -n $vpc ]]; then
        echo "$vpc" >"$work/vpcs"
    else
        quoted 'vpc-[0-9a-z]*' "$folder/vpcs.json" >"$work/vpcs"
    fi
    while read -r id; do
        for attribute in enableDnsSupport enableDnsHostnames; do
            save "vpc-attribute.$id.$attribute" ec2 describe-vpc-attribute --vpc-id "$id" --attribute "$attribute"
        done
    done <"$work/vpcs"
}

# The private hosted zones of each VPC, and their records: they decide which names lead to endpoints of another VPC.
save_hosted_zones() {
    local id
    # A zone's name without its letter is the name of the region.
    quoted '[a-z]*-[a-z-]*-[0-9]*[a-z]' "$folder/subnets.json" | sed 's/[a-z]$//' | sort -u >"$work/regions"
    while read -r id; do
        save "hosted-zones.$id" route53 list-hosted-zones-by-vpc --vpc-id "$id" \
            --vpc-region "$(head -n 1 "$work/regions")"
    done <"$work/vpcs"
    quoted 'Z[0-9A-Z]*' "$folder"/hosted-zones.*.json >"$work/zones"
    while read -r id; do
        save "record-sets.$id" route53 list-resource-record-sets --hosted-zone-id "$id"
    done <"$work/zones"
}

# The firewalls of AWS Network Firewall, and their endpoints.
save_firewalls() {
    local arn
    if call network-firewall list-firewalls; then
        quoted 'arn:[^"]*:firewall/[^"]*' "$work/answer" >"$work/firewalls"
        while read -r arn; do
            save "firewall.${arn##*/}" network-firewall describe-firewall --firewall-arn "$arn"
        done <"$work/firewalls"
    fi
}

# The entries of a prefix list do not contain its id, so the name of the file does.
save_prefix_list_entries() {
    local id
    quoted 'pl-[0-9a-z]*' "$folder/managed-prefix-lists.json" >"$work/lists"
    while read -r id; do
        save "prefix-list-entries.$id" ec2 get-managed-prefix-list-entries --prefix-list-id "$id"
    done <"$work/lists"
}

# The findings of the runbook of AWS about tasks that did not start.
save_automation_executions() {
    local id
    if call ssm describe-automation-executions \
        --filters Key=DocumentNamePrefix,Values=AWSSupport-TroubleshootECSTaskFailedToStart; then
        quoted '[0-9a-f]\{8\}-[0-9a-f-]\{27\}' "$work/answer" >"$work/executions"
        while read -r id; do
            save "automation-execution-$id" ssm get-automation-execution --automation-execution-id "$id"
        done <"$work/executions"
    fi
}

# Things that a start uses ------------------------------------------------------------------------------------------

# The secrets, parameters, images, environment files and log groups that task definitions name: their descriptions and
# policies, never a value. An ARN or the host of an image may name another Region or account.
save_start() {
    local arn
    : >"$work/key-references"
    : >"$work/keys-saved"
    find_references
    save secrets secretsmanager list-secrets --include-planned-deletion
    may_be_absent=1
    save registry-policy ecr get-registry-policy
    may_be_absent=''
    save_lists_elsewhere
    while read -r arn; do save_secret "$arn"; done <"$work/secrets"
    while read -r arn; do save_repository "$arn"; done <"$work/repositories"
    find_keys_of_lists
    while read -r arn; do save_key "$arn"; done < <(sort -u "$work/key-references")
    while read -r arn; do
        save_of "$arn" "bucket-policy-${arn##*:}" s3api get-bucket-policy --bucket "${arn##*:}"
    done <"$work/buckets"
}

# find_references: writes the ARNs of the secrets, parameters, repositories and buckets of task definitions, and the Regions
# of each service that differ from that of the credentials.
find_references() {
    local definitions=("$folder"/task-definition.*.json) home=$place:$account kind
    # Three more parts may follow the ARN of a secret. Its last one here may lack the suffix.
    {
        keyed valueFrom "${definitions[@]}" | cut -d : -f 1-7
        keyed credentialsParameter "${definitions[@]}" | sed "s|^[^:]*$|arn:$partition:secretsmanager:$home:secret:&|"
    } | sort -u >"$work/references"
    arns secretsmanager 'secret:[A-Za-z0-9/_+=.@-]*' "$work/references" >"$work/secrets"
    keyed valueFrom "${definitions[@]}" | sed "s|^/*\([^:]*\)$|arn:$partition:ssm:$home:parameter/\1|" >"$work/references"
    arns ssm 'parameter/[A-Za-z0-9/_.-]*' "$work/references" >"$work/parameters"
    keyed image "${definitions[@]}" | sed -n "s|^\([0-9]*\)\.dkr[.-]ecr[a-z-]*\.\([a-z0-9-]*\)\.[^/]*/\([^:@]*\).*|arn:$partition:ecr:\2:\1:repository/\3|p" \
        >"$work/references"
    arns ecr 'repository/[a-z0-9/_.-]*' "$work/references" >"$work/repositories"
    keyed awslogs-region "${definitions[@]}" | sed "s|.*|arn:$partition:logs:&:$account:x|" >"$work/references"
    arns logs x "$work/references" >"$work/log-regions"
    { cat "${definitions[@]}" 2>/dev/null || true; } |
        sed -n '/"environmentFiles": *\[$/,/\]/s/.*"\(arn:[^:"]*:s3:::[a-z0-9.-]*\)\/.*/\1/p' | sort -u >"$work/buckets"
    for kind in secrets parameters repositories log-regions; do
        { grep ":$account:" "$work/$kind" || true; } | cut -d : -f 3,4 | tr : ' '
    done | sort -u >"$work/places"
}

# arns SERVICE PATTERN FILE: prints the lines of a file that are ARNs of things whose last parts match.
arns() {
    { grep -x "arn:[a-z-]*:$1:[a-z]*-[a-z-]*-[0-9]*:[0-9]*:$2" "$3" || true; } | sort -u
}

# The lists of other Regions: a thing that is missing may be there, or be missing there.
save_lists_elsewhere() {
    local service where
    while read -r service where; do
        if [[ $where == "$place" ]]; then
            continue
        fi
        case $service in
        secretsmanager) in_region "$where" save "secrets-$where" secretsmanager list-secrets --include-planned-deletion ;;
        ssm) in_region "$where" save "parameters-$where" ssm describe-parameters ;;
        ecr) in_region "$where" save "repositories-$where" ecr describe-repositories ;;
        logs) in_region "$where" save "log-groups-$where" logs describe-log-groups ;;
        esac
    done <"$work/places"
}

save_secret() {
    local name id=$1 file
    name=$(file_form "${1##*:secret:}")
    file=$(unused "secret-$name")
    save_of "$1" "$file" secretsmanager describe-secret --secret-id "$id"
    save_of "$1" "$(unused "secret-policy-$name")" secretsmanager get-resource-policy --secret-id "$id"
    key_of "$1" "$(first_of KmsKeyId "$folder/$file.json")"
}

save_repository() {
    local file name=${1#*:repository/} registry
    registry=${1%:repository/*}
    registry=${registry##*:}
    file=$(file_form "$name")
    save_of "$1" "$(unused "images-$file")" ecr describe-images --registry-id "$registry" --repository-name "$name"
    save_of "$1" "$(unused "repository-policy-$file")" \
        ecr get-repository-policy --registry-id "$registry" --repository-name "$name"
}

# key_of ARN KEY: notes the ARN of the key that a thing names by its ARN, id or alias. Keys of AWS allow every use.
key_of() {
    local parts
    IFS=: read -r -a parts <<<"$1"
    case $2 in
    '' | alias/aws/* | *:alias/aws/*) return ;;
    arn:*:kms:*) echo "$2" ;;
    alias/*) echo "arn:${parts[1]}:kms:${parts[3]}:${parts[4]}:$2" ;;
    *) echo "arn:${parts[1]}:kms:${parts[3]}:${parts[4]}:key/$2" ;;
    esac >>"$work/key-references"
}

# find_keys_of_lists: notes the keys of the parameters and of the repositories that task definitions name. The AWS CLI writes
# the name of a thing before its key.
find_keys_of_lists() {
    local thing name key
    { cat "$folder"/parameters*.json 2>/dev/null || true; } |
        awk -F '"' '$2 == "Name" { name = $4 } $2 == "KeyId" { sub("^/", "", name); print name, $4 }' |
        sort -u >"$work/parameter-keys"
    while read -r thing; do
        { grep -F "${thing#*:parameter/} " "$work/parameter-keys" || true; } >"$work/fitting"
        while read -r name key; do
            if [[ $name == "${thing#*:parameter/}" ]]; then key_of "$thing" "$key"; fi
        done <"$work/fitting"
    done <"$work/parameters"
    { cat "$folder"/repositories*.json 2>/dev/null || true; } |
        awk -F '"' '$2 == "repositoryArn" { arn = $4 } $2 == "kmsKey" { print arn, $4 }' | sort -u >"$work/repository-keys"
    while read -r thing key; do
        if grep -qxF "$thing" "$work/repositories"; then key_of "$thing" "$key"; fi
    done <"$work/repository-keys"
}

# save_key ARN: a key, or the key of an alias: its state, its policy and its grants.
save_key() {
    local arn=$1 file id
    file=$(unused "key-$(file_form "${arn##*:*/}")")
    save_of "$arn" "$file" kms describe-key --key-id "$arn"
    # The policy and the grants of a key are not found by its alias.
    if [[ $arn != *:key/* ]]; then
        arn=$(first_of Arn "$folder/$file.json")
    fi
    if [[ $arn != *:key/* ]] || grep -qxF "$arn" "$work/keys-saved"; then
        return
    fi
    echo "$arn" >>"$work/keys-saved"
    id=$(file_form "${arn##*/}")
    save_of "$arn" "$(unused "key-policy-$id")" kms get-key-policy --key-id "$arn" --policy-name default
    save_of "$arn" "$(unused "grants-$id")" kms list-grants --key-id "$arn"
}

save_clusters
save_task_definitions
save_roles
save_policies
unproblematic save_organization_policies
save_mount_targets
save_network
save_vpc_attributes
save_prefix_list_entries
save_hosted_zones
save_firewalls
save_automation_executions
save_start

# Some documents are not saved here, because not every account has them or because they cover a time that you choose.
# flowcause reads them from the same folder:
# begin: other sources
# - tasks that stopped earlier: events archived by an EventBridge rule, see `flowcause collect --event-rule`
# - which service an address belongs to: https://ip-ranges.amazonaws.com/ip-ranges.json
# - earlier states: aws configservice get-resource-config-history --resource-type AWS::EC2::SecurityGroup --resource-id GROUP
# - which network and groups a task was started in, and which of its requests AWS refused: aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=RunTask, and the same with AttributeKey=Username,AttributeValue=TASKID
# - DNS queries: Resolver query logs, aws logs filter-log-events --log-group-name GROUP --start-time FROM --end-time TO
# - every role and policy of the account at once: aws iam get-account-authorization-details --filter Role LocalManagedPolicy AWSManagedPolicy
# - managed policies without roles: aws iam get-account-authorization-details --filter LocalManagedPolicy AWSManagedPolicy
# end

if [[ -s $work/problems ]]; then
    {
        echo
        echo 'Not saved:'
        sort -u "$work/problems"
        echo 'This command prints the permissions that the script requires: flowcause collect --policy'
    } >&2
    exit 1
fi
