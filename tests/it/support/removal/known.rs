//! Breaches of the laws that are known today. The list may only become shorter.
//!
//! The entries go from undetermined to likely. Two breaches that other seeds show are not among them, so that the law fails on
//! these seeds: `dns_blocked` with an unreadable detail of an attachment; and the scenario "The secret was refused, and another
//! step was rejected as well", whose confirmed `network-healthy` becomes a confirmed `task-egress-rejected` without the task.

/// A known breach.
#[derive(Debug)]
pub(crate) struct Known {
    /// The inputs.
    pub(crate) exhibit: &'static str,
    /// The changes of them.
    pub(crate) changes: &'static [&'static str],
    /// Why the answer changes.
    #[expect(dead_code, reason = "for readers")]
    reason: &'static str,
}

impl Known {
    /// Whether it is the breach that a change of these inputs causes.
    pub(crate) fn is(&self, exhibit: &str, change: &str) -> bool {
        self.exhibit == exhibit && self.changes.contains(&change)
    }
}

/// All of them.
pub(crate) const KNOWN: &[Known] = &[
    Known {
        exhibit: "scenario path_unanswered: There are two flow logs, and nothing shows which one wrote the files",
        changes: &["short-list 0 /FlowLogs/1"],
        reason: "An incomplete list of flow logs counts as one that has the flow log of the files",
    },
    Known {
        exhibit: "scenario undetermined: The service that answered is not in the records, and packets to another one were rejected",
        changes: &["no-key 7 /tasks/0/stoppedReason"],
        reason: "Without the stopped reason the rejected step is the only known failure, and likely",
    },
    Known {
        exhibit: "scenario slow_transfer: The stopped reason has an unknown meaning",
        changes: &["no-key 1 /tasks/0/stoppedReason", "bad-key 1 /tasks/0/stoppedReason"],
        reason: "Without the stopped reason a deadline may have stopped the transfer",
    },
    Known {
        exhibit: "scenario no_attempt_seen: A file system is not mounted",
        changes: &["no-key 1 /tasks/0/stoppedReason"],
        reason: "Without the stopped reason the task may have needed a service before its file system",
    },
    Known {
        exhibit: "scenario no_attempt_seen: The task runs on an instance of the user",
        changes: &["no-key 1 /tasks/0/launchType"],
        reason: "Without a launch type the task may be one of Fargate",
    },
    Known {
        exhibit: "scenario endpoint_nacl_blocks_return: Task and endpoint share the subnet",
        changes: &["no-key 1 /NetworkInterfaces/0/SubnetId"],
        reason: "Without the subnet of the endpoint a network ACL may act between it and the task",
    },
    Known {
        exhibit: "scenario endpoint_ingress_rejected: Another VPC has the same address",
        changes: &[
            "bad-key 1 /Subnets/0/VpcId",
            "no-key 1 /Subnets/0/VpcId",
            "short-list 1 /Subnets/0",
            "no-kind Subnets",
            "bad-key 3 /tasks/0/attachments/0/details/1/name",
            "no-key 3 /tasks/0/attachments/0/details/1/name",
            "no-key 3 /tasks/0/attachments/0/details/1/value",
        ],
        reason: "Without the VPC of the task the records of another VPC may be its own",
    },
];
