//! Calls with the changes that are read from them, for tests. Shapes marked `Documented` follow an example of AWS or a public
//! export; the others follow the rules of CloudTrail: the parameters of the API in lowerCamel, lists below `items`, and newer
//! calls of EC2 below `NAMERequest`.

use serde_json::{Value, json};

use super::change_events;

/// Service, call, request, answer, and the lines of its changes.
pub(super) type Row = (&'static str, &'static str, Value, Value, &'static [&'static str]);

fn ec2(name: &'static str, request: Value, answer: Value, want: &'static [&'static str]) -> Row {
    ("ec2", name, request, answer, want)
}

fn permissions() -> Value {
    json!({"items": [{"ipProtocol": "tcp", "fromPort": 443, "toPort": 443, "groups": {}, "ipv6Ranges": {}, "prefixListIds": {},
        "ipRanges": {"items": [{"cidrIp": "10.0.0.0/8", "description": "x"}]}}]})
}

fn group_rows() -> Vec<Row> {
    let own = || json!({"groupId": "sg-1", "ipPermissions": permissions()});
    let by_id = json!({"groupId": "sg-1", "securityGroupRuleIds": {"items": ["sgr-1"]}});
    let revoked = json!({"_return": true, "revokedSecurityGroupRuleSet": {"items": [{"securityGroupRuleId": "sgr-1", "groupId": "sg-1",
        "isEgress": true, "ipProtocol": "tcp", "fromPort": 443, "toPort": 443, "cidrIpv4": "10.0.0.0/8"}]}});
    let peers = json!({"groupId": "sg-1", "ipPermissions": {"items": [{"ipProtocol": "-1", "groups": {"items": [{"groupId": "sg-2", "userId": "1"}]},
        "ipRanges": {}, "ipv6Ranges": {"items": [{"cidrIpv6": "::/0"}]}, "prefixListIds": {"items": [{"prefixListId": "pl-1"}]}}]}});
    let partial = json!({"_return": true, "unknownIpPermissionSet": {"items": [{"ipProtocol": "tcp"}]}});
    let modified = json!({"ModifySecurityGroupRulesRequest": {"GroupId": "sg-1", "SecurityGroupRule": {"tag": 1,
        "SecurityGroupRuleId": "sgr-1", "SecurityGroupRule": {"CidrIpv4": "0.0.0.0/0", "FromPort": 443, "ToPort": 443, "IpProtocol": "tcp"}}}});
    vec![
        // Documented.
        ec2(
            "AuthorizeSecurityGroupIngress",
            own(),
            json!({"_return": true}),
            &["security-group sg-1: in TCP 443 10.0.0.0/8 ->+"],
        ),
        ec2(
            "AuthorizeSecurityGroupEgress",
            peers,
            Value::Null,
            &[
                "security-group sg-1: out all traffic ::/0 ->+; out all traffic pl-1 ->+; out all traffic sg-2 ->+",
            ],
        ),
        // Documented.
        ec2(
            "RevokeSecurityGroupIngress",
            own(),
            json!({"_return": true}),
            &["security-group sg-1: in TCP 443 10.0.0.0/8 +>-"],
        ),
        ec2(
            "RevokeSecurityGroupEgress",
            by_id.clone(),
            revoked,
            &["security-group sg-1: out TCP 443 10.0.0.0/8 +>-"],
        ),
        ec2("RevokeSecurityGroupEgress", by_id, Value::Null, &["security-group sg-1: out ?>?"]),
        ec2("RevokeSecurityGroupEgress", own(), partial, &["security-group sg-1: out ?>?"]),
        // Documented.
        ec2("ModifySecurityGroupRules", modified, Value::Null, &["security-group sg-1: in ?>?; out ?>?"]),
        ec2(
            "CreateSecurityGroup",
            json!({"groupName": "x"}),
            json!({"groupId": "sg-9"}),
            &["security-group sg-9: exists ->+"],
        ),
        ec2(
            "DeleteSecurityGroup",
            json!({"groupId": "sg-9"}),
            Value::Null,
            &["security-group sg-9: exists ?>-"],
        ),
    ]
}

#[expect(clippy::too_many_lines, reason = "a table")]
fn acl_and_route_rows() -> Vec<Row> {
    let entry = |action: &str| {
        json!({"networkAclId": "acl-1", "ruleNumber": 90, "egress": true, "ruleAction": action,
        "icmpTypeCode": {}, "portRange": {"from": 443, "to": 443}, "aclProtocol": "6", "cidrBlock": "0.0.0.0/0"})
    };
    let deleted = json!({"networkAclId": "acl-1", "ruleNumber": 90, "egress": true});
    let route = |target: Value| {
        let mut route = json!({"routeTableId": "rtb-1", "destinationCidrBlock": "0.0.0.0/0"});
        route.as_object_mut().unwrap().extend(target.as_object().unwrap().clone());
        route
    };
    vec![
        // Documented.
        ec2(
            "CreateNetworkAclEntry",
            entry("deny"),
            Value::Null,
            &["network-acl acl-1: out 90 ->rule 90 deny TCP 443 0.0.0.0/0"],
        ),
        ec2(
            "ReplaceNetworkAclEntry",
            entry("allow"),
            Value::Null,
            &["network-acl acl-1: out 90 ?>rule 90 allow TCP 443 0.0.0.0/0"],
        ),
        ec2("DeleteNetworkAclEntry", deleted, Value::Null, &["network-acl acl-1: out 90 ?>-"]),
        ec2(
            "ReplaceNetworkAclAssociation",
            json!({"associationId": "aclassoc-1", "networkAclId": "acl-2"}),
            json!({"newAssociationId": "aclassoc-2"}),
            &["subnet aclassoc-2: acl ?>acl-2; aclassoc-1 +>-; aclassoc-2 ->+"],
        ),
        ec2(
            "CreateNetworkAcl",
            json!({"vpcId": "vpc-1"}),
            json!({"networkAcl": {"networkAclId": "acl-3"}}),
            &["network-acl acl-3: exists ->+"],
        ),
        ec2(
            "DeleteNetworkAcl",
            json!({"networkAclId": "acl-3"}),
            Value::Null,
            &["network-acl acl-3: exists ?>-"],
        ),
        // Documented.
        ec2(
            "CreateRoute",
            route(json!({"gatewayId": "igw-1"})),
            Value::Null,
            &["route-table rtb-1: 0.0.0.0/0 ->igw-1"],
        ),
        ec2(
            "ReplaceRoute",
            route(json!({"natGatewayId": "nat-1"})),
            Value::Null,
            &["route-table rtb-1: 0.0.0.0/0 ?>nat-1"],
        ),
        ec2(
            "CreateRoute",
            route(json!({"vpcEndpointId": "vpce-1"})),
            Value::Null,
            &["route-table rtb-1: 0.0.0.0/0 ->vpce-1"],
        ),
        ec2("DeleteRoute", route(json!({})), Value::Null, &["route-table rtb-1: 0.0.0.0/0 ?>-"]),
        ec2("DeleteRoute", json!({"routeTableId": "rtb-1"}), Value::Null, &["route-table rtb-1: ?"]),
        ec2(
            "AssociateRouteTable",
            json!({"routeTableId": "rtb-1", "subnetId": "subnet-1"}),
            json!({"associationId": "rtbassoc-1"}),
            &["subnet subnet-1: table of subnet-1 ->rtb-1; rtbassoc-1 ->+"],
        ),
        ec2(
            "AssociateRouteTable",
            json!({"routeTableId": "rtb-1", "gatewayId": "igw-1"}),
            Value::Null,
            &["route-table rtb-1: "],
        ),
        ec2(
            "ReplaceRouteTableAssociation",
            json!({"associationId": "rtbassoc-1", "routeTableId": "rtb-2"}),
            json!({"newAssociationId": "rtbassoc-2"}),
            &["subnet rtbassoc-2: table ?>rtb-2; rtbassoc-1 +>-; rtbassoc-2 ->+"],
        ),
        ec2(
            "DisassociateRouteTable",
            json!({"associationId": "rtbassoc-2"}),
            Value::Null,
            &["subnet rtbassoc-2: table ?>-; rtbassoc-2 +>-"],
        ),
        ec2(
            "CreateRouteTable",
            json!({"vpcId": "vpc-1"}),
            json!({"routeTable": {"routeTableId": "rtb-3"}}),
            &["route-table rtb-3: exists ->+"],
        ),
        ec2(
            "DeleteRouteTable",
            json!({"routeTableId": "rtb-3"}),
            Value::Null,
            &["route-table rtb-3: exists ?>-"],
        ),
        ec2(
            "EnableVgwRoutePropagation",
            json!({"routeTableId": "rtb-1", "gatewayId": "vgw-1"}),
            Value::Null,
            &["route-table rtb-1: ?"],
        ),
        ec2(
            "DisableVgwRoutePropagation",
            json!({"EnableVgwRoutePropagationRequest": 7}),
            Value::Null,
            &["route-table : ?"],
        ),
    ]
}

fn endpoint_rows() -> Vec<Row> {
    let created = json!({"CreateVpcEndpointResponse": {"vpcEndpoint": {"vpcEndpointId": "vpce-1", "vpcId": "vpc-1", "privateDnsEnabled": true,
        "groupSet": {"item": {"groupId": "sg-1"}}, "subnetIdSet": {"item": ["subnet-2", "subnet-1"]}, "routeTableIdSet": ""}}});
    let gateway = json!({"CreateVpcEndpointResponse": {"vpcEndpoint": {"vpcEndpointId": "vpce-2", "routeTableIdSet": {"item": "rtb-1"},
        "policyDocument": "{\"Statement\": []}"}}});
    let request = |more: Value| {
        let mut request = json!({"VpcEndpointId": "vpce-1"});
        request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({ "ModifyVpcEndpointRequest": request })
    };
    let tables = json!({"AddRouteTableId": {"tag": 1, "content": "rtb-1"}, "RemoveRouteTableId": [{"tag": 1, "content": "rtb-2"}]});
    vec![
        ec2(
            "CreateVpcEndpoint",
            json!({"CreateVpcEndpointRequest": {"VpcId": "vpc-1", "PrivateDnsEnabled": true}}),
            created,
            &[
                "vpc-endpoint vpce-1: exists ->+; PrivateDnsEnabled ?>true; Groups ->sg-1; SubnetIds ->subnet-1,subnet-2",
            ],
        ),
        ec2(
            "CreateVpcEndpoint",
            json!({}),
            gateway,
            &[
                "route-table rtb-1: routes to vpce-2 ->+",
                "vpc-endpoint vpce-2: exists ->+; Policy ->{\"Statement\":[]}",
            ],
        ),
        ec2("CreateVpcEndpoint", json!({"CreateVpcEndpointRequest": {}}), Value::Null, &["vpc-endpoint : ?"]),
        ec2(
            "ModifyVpcEndpoint",
            request(json!({"PrivateDnsEnabled": false})),
            Value::Null,
            &["vpc-endpoint vpce-1: PrivateDnsEnabled ?>false"],
        ),
        ec2(
            "ModifyVpcEndpoint",
            request(json!({"PolicyDocument": "{}"})),
            Value::Null,
            &["vpc-endpoint vpce-1: Policy ?>{}"],
        ),
        ec2(
            "ModifyVpcEndpoint",
            request(json!({"ResetPolicy": true, "AddSecurityGroupId": {"tag": 1, "content": "sg-2"}})),
            Value::Null,
            &["vpc-endpoint vpce-1: Groups ?>?; Policy ?>?"],
        ),
        ec2(
            "ModifyVpcEndpoint",
            request(tables),
            Value::Null,
            &[
                "route-table rtb-1: routes to vpce-1 ->+",
                "route-table rtb-2: routes to vpce-1 ?>-",
                "vpc-endpoint vpce-1: ",
            ],
        ),
        ec2("ModifyVpcEndpoint", request(json!({})), Value::Null, &["vpc-endpoint vpce-1: ?"]),
        ec2(
            "DeleteVpcEndpoints",
            json!({"DeleteVpcEndpointsRequest": {"VpcEndpointId": [{"tag": 1, "content": "vpce-1"}, {"tag": 2, "content": "vpce-2"}]}}),
            json!({"DeleteVpcEndpointsResponse": {"unsuccessful": {"item": {"resourceId": "vpce-2"}}}}),
            &["vpc-endpoint vpce-1: exists ?>-"],
        ),
        ec2(
            "DeleteVpcEndpoints",
            json!({"DeleteVpcEndpointsRequest": {"VpcEndpointId": {"tag": 1, "content": "vpce-1"}}}),
            json!({"DeleteVpcEndpointsResponse": {"unsuccessful": ""}}),
            &["vpc-endpoint vpce-1: exists ?>-"],
        ),
    ]
}

fn gateway_rows() -> Vec<Row> {
    let mut rows = vec![
        ec2(
            "CreateNatGateway",
            json!({"CreateNatGatewayRequest": {"SubnetId": "subnet-1"}}),
            json!({"CreateNatGatewayResponse": {"natGateway": {"natGatewayId": "nat-1"}}}),
            &["nat-gateway nat-1: exists ->+"],
        ),
        ec2(
            "DeleteNatGateway",
            json!({"DeleteNatGatewayRequest": {"NatGatewayId": "nat-1"}}),
            Value::Null,
            &["nat-gateway nat-1: exists ?>-"],
        ),
        ec2(
            "AttachInternetGateway",
            json!({"internetGatewayId": "igw-1", "vpcId": "vpc-1"}),
            Value::Null,
            &["internet-gateway igw-1: vpc-1 ->+"],
        ),
        ec2(
            "DetachInternetGateway",
            json!({"internetGatewayId": "igw-1", "vpcId": "vpc-1"}),
            Value::Null,
            &["internet-gateway igw-1: vpc-1 +>-"],
        ),
        ec2(
            "DeleteVpcPeeringConnection",
            json!({"vpcPeeringConnectionId": "pcx-1"}),
            Value::Null,
            &["vpc-peering-connection pcx-1: ?"],
        ),
        ec2(
            "AcceptVpcPeeringConnection",
            json!({}),
            json!({"vpcPeeringConnection": {"vpcPeeringConnectionId": "pcx-1"}}),
            &["vpc-peering-connection pcx-1: ?"],
        ),
        ec2(
            "DeleteEgressOnlyInternetGateway",
            json!({"DeleteEgressOnlyInternetGatewayRequest": {"EgressOnlyInternetGatewayId": "eigw-1"}}),
            Value::Null,
            &["egress-only-internet-gateway eigw-1: ?"],
        ),
    ];
    for name in ["AssociateNatGatewayAddress", "DisassociateNatGatewayAddress"] {
        let request = json!({ format!("{name}Request"): {"NatGatewayId": "nat-1"} });
        rows.push(ec2(name, request, Value::Null, &["nat-gateway nat-1: State ?>?"]));
    }
    for (name, family) in change_events().into_iter().filter(|(name, _)| name.contains("TransitGateway")) {
        let request = json!({ format!("{name}Request"): {"TransitGatewayAttachmentId": "tgw-attach-1"} });
        rows.push((family, name, request, Value::Null, &["transit-gateway tgw-attach-1: ?"]));
    }
    rows
}

#[expect(clippy::too_many_lines, reason = "a table")]
fn vpc_rows() -> Vec<Row> {
    vec![
        ec2(
            "ModifyVpcAttribute",
            json!({"vpcId": "vpc-1", "enableDnsSupport": {"value": false}}),
            json!({"_return": true}),
            &["vpc vpc-1: EnableDnsSupport ?>false"],
        ),
        ec2(
            "ModifyVpcAttribute",
            json!({"vpcId": "vpc-1", "enableDnsHostnames": {"value": true}}),
            Value::Null,
            &["vpc vpc-1: EnableDnsHostnames ?>true"],
        ),
        ec2("ModifyVpcAttribute", json!({"vpcId": "vpc-1"}), Value::Null, &["vpc vpc-1: ?"]),
        ec2(
            "AssociateDhcpOptions",
            json!({"vpcId": "vpc-1", "dhcpOptionsId": "dopt-1"}),
            Value::Null,
            &["vpc vpc-1: DhcpOptionsId ?>dopt-1"],
        ),
        ec2(
            "AssociateVpcCidrBlock",
            json!({"AssociateVpcCidrBlockRequest": {"VpcId": "vpc-1"}}),
            Value::Null,
            &["vpc vpc-1: CidrBlockAssociationSet ?>?"],
        ),
        ec2(
            "DisassociateVpcCidrBlock",
            json!({}),
            json!({"DisassociateVpcCidrBlockResponse": {"vpcId": "vpc-1"}}),
            &["vpc vpc-1: CidrBlockAssociationSet ?>?"],
        ),
        // Documented.
        ec2(
            "ModifyNetworkInterfaceAttribute",
            json!({"networkInterfaceId": "eni-1", "groupSet": {"items": [{"groupId": "sg-1"}]}}),
            Value::Null,
            &["network-interface eni-1: Groups ?>sg-1"],
        ),
        ec2(
            "ModifyNetworkInterfaceAttribute",
            json!({"networkInterfaceId": "eni-1", "sourceDestCheck": {"value": false}}),
            Value::Null,
            &["network-interface eni-1: SourceDestCheck ?>false"],
        ),
        ec2(
            "ModifyNetworkInterfaceAttribute",
            json!({"networkInterfaceId": "eni-1", "description": {"value": "x"}}),
            Value::Null,
            &["network-interface eni-1: "],
        ),
        // Documented.
        ec2(
            "ModifyManagedPrefixList",
            json!({"ModifyManagedPrefixListRequest": {"PrefixListId": "pl-1", "AddEntry": {"Description": "x", "cidr": "10.1.0.0/16", "tag": "1"}}}),
            Value::Null,
            &["prefix-list pl-1: 10.1.0.0/16 ->+"],
        ),
        ec2(
            "ModifyManagedPrefixList",
            json!({"ModifyManagedPrefixListRequest": {"PrefixListId": "pl-1", "RemoveEntry": [{"Cidr": "10.1.0.0/16", "tag": 1}, {"Cidr": "10.2.0.0/16"}]}}),
            Value::Null,
            &["prefix-list pl-1: 10.1.0.0/16 +>-; 10.2.0.0/16 +>-"],
        ),
        ec2(
            "RestoreManagedPrefixListVersion",
            json!({"RestoreManagedPrefixListVersionRequest": {"PrefixListId": "pl-1"}}),
            Value::Null,
            &["prefix-list pl-1: ?"],
        ),
        ec2(
            "CreateManagedPrefixList",
            json!({}),
            json!({"CreateManagedPrefixListResponse": {"prefixList": {"prefixListId": "pl-2"}}}),
            &["prefix-list pl-2: ?"],
        ),
        ec2(
            "DeleteManagedPrefixList",
            json!({"DeleteManagedPrefixListRequest": {"PrefixListId": "pl-2"}}),
            Value::Null,
            &["prefix-list pl-2: ?"],
        ),
        (
            "route53",
            "ChangeResourceRecordSets",
            json!({"hostedZoneId": "Z1", "changeBatch": {"changes": []}}),
            Value::Null,
            &["hosted-zone Z1: ?"],
        ),
        (
            "route53",
            "CreateHostedZone",
            json!({"name": "x"}),
            json!({"hostedZone": {"id": "/hostedzone/Z2"}}),
            &["hosted-zone Z2: ?"],
        ),
        ("route53", "DeleteHostedZone", json!({"id": "Z2"}), Value::Null, &["hosted-zone Z2: ?"]),
        (
            "route53",
            "AssociateVPCWithHostedZone",
            json!({"hostedZoneId": "/hostedzone/Z1"}),
            Value::Null,
            &["hosted-zone Z1: ?"],
        ),
        (
            "route53",
            "DisassociateVPCFromHostedZone",
            json!({"hostedZoneId": "Z1"}),
            Value::Null,
            &["hosted-zone Z1: ?"],
        ),
        (
            "route53resolver",
            "CreateResolverRule",
            json!({}),
            json!({"resolverRule": {"id": "rslvr-rr-1"}}),
            &["resolver-rule rslvr-rr-1: ?"],
        ),
        (
            "route53resolver",
            "UpdateResolverRule",
            json!({"resolverRuleId": "rslvr-rr-1"}),
            Value::Null,
            &["resolver-rule rslvr-rr-1: ?"],
        ),
        (
            "route53resolver",
            "DeleteResolverRule",
            json!({"resolverRuleId": "rslvr-rr-1"}),
            Value::Null,
            &["resolver-rule rslvr-rr-1: ?"],
        ),
        (
            "route53resolver",
            "AssociateResolverRule",
            json!({"resolverRuleId": "rslvr-rr-1", "vPCId": "vpc-1"}),
            Value::Null,
            &["resolver-rule rslvr-rr-1: ?"],
        ),
        (
            "route53resolver",
            "DisassociateResolverRule",
            json!({"resolverRuleId": "rslvr-rr-1"}),
            Value::Null,
            &["resolver-rule rslvr-rr-1: ?"],
        ),
    ]
}

const POLICY: &str = "arn:aws:iam::123456789012:policy/read";

fn policy_rows() -> Vec<Row> {
    let role = |more: Value| {
        let mut request = json!({"roleName": "orders"});
        request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        request
    };
    vec![
        // Documented.
        (
            "iam",
            "PutRolePolicy",
            role(json!({"policyName": "p", "policyDocument": "{\n \"Version\": \"2012-10-17\"}"})),
            Value::Null,
            &["role orders: p ?>{\"Version\":\"2012-10-17\"}"],
        ),
        ("iam", "PutRolePolicy", role(json!({"policyName": "p"})), Value::Null, &["role orders: p ?>?"]),
        ("iam", "DeleteRolePolicy", role(json!({"policyName": "p"})), Value::Null, &["role orders: p ?>-"]),
        (
            "iam",
            "AttachRolePolicy",
            role(json!({"policyArn": POLICY})),
            Value::Null,
            &["role orders: arn:aws:iam::123456789012:policy/read ?>+"],
        ),
        (
            "iam",
            "DetachRolePolicy",
            role(json!({"policyArn": POLICY})),
            Value::Null,
            &["role orders: arn:aws:iam::123456789012:policy/read +>-"],
        ),
        // Documented.
        (
            "iam",
            "UpdateAssumeRolePolicy",
            role(json!({"policyDocument": "{}"})),
            Value::Null,
            &["role orders: AssumeRolePolicyDocument ?>{}"],
        ),
        (
            "iam",
            "PutRolePermissionsBoundary",
            role(json!({"permissionsBoundary": "b"})),
            Value::Null,
            &["role orders: PermissionsBoundary ?>b"],
        ),
        (
            "iam",
            "DeleteRolePermissionsBoundary",
            role(json!({})),
            Value::Null,
            &["role orders: PermissionsBoundary ?>-"],
        ),
        ("iam", "CreateRole", role(json!({})), Value::Null, &["role orders: exists ->+"]),
        ("iam", "DeleteRole", role(json!({})), Value::Null, &["role orders: exists ?>-"]),
        // Documented.
        (
            "iam",
            "CreatePolicyVersion",
            json!({"policyArn": POLICY, "policyDocument": "{}", "setAsDefault": true}),
            json!({"policyVersion": {"versionId": "v3", "isDefaultVersion": true}}),
            &["policy arn:aws:iam::123456789012:policy/read: v3 ->{}; DefaultVersionId ?>v3"],
        ),
        (
            "iam",
            "CreatePolicyVersion",
            json!({"policyArn": POLICY, "policyDocument": "{}", "setAsDefault": false}),
            json!({"policyVersion": {"versionId": "v3"}}),
            &["policy arn:aws:iam::123456789012:policy/read: v3 ->{}"],
        ),
        // Documented.
        (
            "iam",
            "SetDefaultPolicyVersion",
            json!({"policyArn": POLICY, "versionId": "v2"}),
            Value::Null,
            &["policy arn:aws:iam::123456789012:policy/read: DefaultVersionId ?>v2"],
        ),
        (
            "iam",
            "DeletePolicyVersion",
            json!({"policyArn": POLICY, "versionId": "v1"}),
            Value::Null,
            &["policy arn:aws:iam::123456789012:policy/read: v1 ?>-"],
        ),
        (
            "iam",
            "CreatePolicy",
            json!({}),
            json!({"policy": {"arn": POLICY}}),
            &["policy arn:aws:iam::123456789012:policy/read: exists ->+"],
        ),
        (
            "iam",
            "DeletePolicy",
            json!({"policyArn": POLICY}),
            Value::Null,
            &["policy arn:aws:iam::123456789012:policy/read: exists ?>-"],
        ),
    ]
}

#[expect(clippy::too_many_lines, reason = "a table")]
fn resource_rows() -> Vec<Row> {
    let key = || json!({"keyId": "1234abcd"});
    let secret = |more: Value| {
        let mut request = json!({"secretId": "orders/db"});
        request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        request
    };
    let mut rows: Vec<Row> = vec![
        (
            "kms",
            "PutKeyPolicy",
            json!({"keyId": "1234abcd", "policyName": "default", "policy": "{}", "bypassPolicyLockoutSafetyCheck": false}),
            Value::Null,
            &["key 1234abcd: Policy ?>{}"],
        ),
        ("kms", "EnableKey", key(), Value::Null, &["key 1234abcd: KeyState ?>Enabled"]),
        (
            "kms",
            "DisableKey",
            key(),
            json!({"keyId": "arn:aws:kms:eu-west-1:1:key/1234abcd"}),
            &["key arn:aws:kms:eu-west-1:1:key/1234abcd: KeyState ?>Disabled"],
        ),
        // Documented.
        (
            "kms",
            "ScheduleKeyDeletion",
            json!({"keyId": "1234abcd", "pendingWindowInDays": 20}),
            Value::Null,
            &["key 1234abcd: KeyState ?>PendingDeletion"],
        ),
        (
            "kms",
            "CancelKeyDeletion",
            key(),
            Value::Null,
            &["key 1234abcd: KeyState PendingDeletion>Disabled"],
        ),
        // Documented.
        (
            "secretsmanager",
            "DeleteSecret",
            secret(json!({"recoveryWindowInDays": 30})),
            json!({"name": "orders/db", "aRN": "arn:aws:secretsmanager:eu-west-1:1:secret:orders/db-AbC1dE"}),
            &["secret arn:aws:secretsmanager:eu-west-1:1:secret:orders/db-AbC1dE: DeletedDate ->+"],
        ),
        (
            "secretsmanager",
            "DeleteSecret",
            secret(json!({"forceDeleteWithoutRecovery": true})),
            Value::Null,
            &["secret orders/db: exists ?>-"],
        ),
        (
            "secretsmanager",
            "RestoreSecret",
            secret(json!({})),
            Value::Null,
            &["secret orders/db: DeletedDate ?>-"],
        ),
        (
            "secretsmanager",
            "PutResourcePolicy",
            secret(json!({"resourcePolicy": "{}"})),
            Value::Null,
            &["secret orders/db: Policy ?>{}"],
        ),
        (
            "secretsmanager",
            "DeleteResourcePolicy",
            secret(json!({})),
            Value::Null,
            &["secret orders/db: Policy ?>-"],
        ),
        (
            "secretsmanager",
            "CreateSecret",
            json!({"name": "orders/db"}),
            Value::Null,
            &["secret orders/db: exists ->+"],
        ),
        (
            "secretsmanager",
            "UpdateSecret",
            secret(json!({"kmsKeyId": "k"})),
            Value::Null,
            &["secret orders/db: KmsKeyId ?>?"],
        ),
        (
            "secretsmanager",
            "PutSecretValue",
            secret(json!({})),
            Value::Null,
            &["secret orders/db: Value ?>?"],
        ),
        (
            "secretsmanager",
            "UpdateSecretVersionStage",
            secret(json!({})),
            Value::Null,
            &["secret orders/db: Value ?>?"],
        ),
        (
            "ssm",
            "PutParameter",
            json!({"name": "/orders"}),
            Value::Null,
            &["parameter /orders: exists ?>+; KmsKeyId ?>?; Value ?>?"],
        ),
        (
            "ssm",
            "DeleteParameter",
            json!({"name": "/orders"}),
            Value::Null,
            &["parameter /orders: exists ?>-"],
        ),
        (
            "ssm",
            "DeleteParameters",
            json!({"names": ["/a", "/b"]}),
            Value::Null,
            &["parameter /a: exists ?>-", "parameter /b: exists ?>-"],
        ),
        // Documented.
        (
            "s3",
            "PutBucketPolicy",
            json!({"bucketName": "env", "bucketPolicy": {"Version": "2012-10-17", "Statement": [{"Condition": {"StringEquals": {"aws:SourceVpce": "x"}}}]}}),
            Value::Null,
            &[
                "bucket env: Policy ?>{\"Statement\":[{\"Condition\":{\"StringEquals\":{\"aws:SourceVpce\":\"x\"}}}],\"Version\":\"2012-10-17\"}",
            ],
        ),
        ("s3", "DeleteBucketPolicy", json!({"bucketName": "env"}), Value::Null, &["bucket env: Policy ?>-"]),
        // Documented.
        (
            "ecr",
            "SetRepositoryPolicy",
            json!({"repositoryName": "team/orders", "policyText": "{}", "force": false}),
            Value::Null,
            &["repository 123456789012/team/orders: Policy ?>{}"],
        ),
        (
            "ecr",
            "DeleteRepositoryPolicy",
            json!({"repositoryName": "orders", "registryId": "2"}),
            Value::Null,
            &["repository 2/orders: Policy ?>-"],
        ),
        (
            "ecr",
            "CreateRepository",
            json!({"repositoryName": "orders"}),
            Value::Null,
            &["repository 123456789012/orders: exists ->+"],
        ),
        (
            "ecr",
            "DeleteRepository",
            json!({"repositoryName": "orders"}),
            Value::Null,
            &["repository 123456789012/orders: exists ?>-"],
        ),
        (
            "ecr",
            "BatchDeleteImage",
            json!({"repositoryName": "orders"}),
            Value::Null,
            &["repository 123456789012/orders: Images ?>?"],
        ),
        (
            "ecr",
            "PutRegistryPolicy",
            json!({"policyText": "{}"}),
            json!({"registryId": "123456789012"}),
            &["registry 123456789012: Policy ?>{}"],
        ),
        ("ecr", "DeleteRegistryPolicy", json!({}), Value::Null, &["registry 123456789012: Policy ?>-"]),
        (
            "logs",
            "CreateLogGroup",
            json!({"logGroupName": "/ecs/x"}),
            Value::Null,
            &["log-group /ecs/x: exists ->+"],
        ),
        (
            "logs",
            "DeleteLogGroup",
            json!({"logGroupName": "/ecs/x"}),
            Value::Null,
            &["log-group /ecs/x: exists ?>-"],
        ),
        (
            "ecs",
            "CreateService",
            json!({"serviceName": "orders", "taskDefinition": "orders:7"}),
            Value::Null,
            &["service orders: exists ->+; taskDefinition ?>orders:7"],
        ),
        (
            "ecs",
            "UpdateService",
            json!({"service": "orders", "networkConfiguration": {}}),
            json!({"service": {"serviceArn": "arn:s"}}),
            &["service arn:s: networkConfiguration ?>?"],
        ),
        (
            "ecs",
            "UpdateService",
            json!({"service": "orders", "desiredCount": 2}),
            Value::Null,
            &["service orders: ?"],
        ),
        ("ecs", "DeleteService", json!({"service": "orders"}), Value::Null, &["service orders: ?"]),
        (
            "ecs",
            "RegisterTaskDefinition",
            json!({"family": "orders"}),
            json!({"taskDefinition": {"taskDefinitionArn": "arn:t:7"}}),
            &["task-definition arn:t:7: exists ->+"],
        ),
        (
            "ecs",
            "DeregisterTaskDefinition",
            json!({"taskDefinition": "orders:6"}),
            Value::Null,
            &["task-definition orders:6: ?"],
        ),
    ];
    for name in ["CreateGrant", "RevokeGrant", "RetireGrant"] {
        rows.push(("kms", name, key(), Value::Null, &["key 1234abcd: Grants ?>?"]));
    }
    rows
}

/// All calls.
pub(super) fn rows() -> Vec<Row> {
    [
        group_rows(),
        acl_and_route_rows(),
        endpoint_rows(),
        gateway_rows(),
        vpc_rows(),
        policy_rows(),
        resource_rows(),
    ]
    .concat()
}
