//! The start of a Fargate task as its interface records it: names, secrets, token, log stream, manifest, layers.
//!
//! Three attempts of five seconds make a call; a call that fails is made again until about three minutes are over, and
//! the task never gets past it. Queries to the Amazon resolver are not recorded, so only a custom resolver is simulated.

use crate::support::clock::{Ms, s};
use crate::support::dialogue::{Exchange, Outcome};
use crate::support::packets::{Sim, TCP, UDP};
use crate::support::vpc::{Eni, Party};

/// The time for which Fargate repeats one step.
const PATIENCE: Ms = s(170);

/// The steps of a start from ECR with a secret and the `awslogs` driver, in their order.
pub(crate) const ALL_STEPS: &[&str] = &["secretsmanager", "ecr.api", "logs", "ecr.dkr", "s3"];

/// The step that mounts a file system, after the pull.
pub(crate) const FILE_SYSTEM: &str = "elasticfilesystem";

/// The registry of images without a registry in their name.
pub(crate) const DOCKER_HUB: &str = "registry-1.docker.io";

/// The result of a start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Start {
    /// Steps that completed.
    pub(crate) completed: usize,
    /// When the last one ended or was abandoned.
    pub(crate) ended: Ms,
}

/// The port a service listens on.
pub(crate) fn port_of(service: &str) -> u16 {
    if service == FILE_SYSTEM { 2049 } else { 443 }
}

/// The number of connections of a step, and the data of each.
fn exchanges(service: &str) -> (usize, Exchange) {
    let api = |request, reply| Exchange { tls: true, request, reply, lasts: 40 };
    match service {
        "secretsmanager" => (1, api(1900, 1700)),
        "ecr.api" => (1, api(2100, 3600)),
        "logs" => (1, api(2300, 900)),
        "ecr.dkr" => (3, api(3100, 2600)),
        "ssm" => (1, api(2000, 1500)),
        FILE_SYSTEM => (1, api(800, 2900)),
        _ => (2, Exchange { tls: true, request: 1700, reply: 38_000_000, lasts: s(74) }),
    }
}

impl Sim {
    /// The destination of a service name in this VPC: the endpoint if its private DNS works, otherwise the public address.
    pub(crate) fn service(&self, service: &str) -> Party {
        if service == FILE_SYSTEM
            && let Some(target) = self.vpc.mount_target()
        {
            return Party::Eni(target);
        }
        match self.vpc.endpoint_by_name(service) {
            Some(endpoint) => Party::Eni(endpoint),
            None => Party::Outside(self.vpc.config.names.public_address(service)),
        }
    }

    /// A task starts at `at` and takes `steps` in turn.
    pub(crate) fn start(&mut self, task: Eni, at: Ms, steps: &[&str], resolver: Option<Eni>) -> Start {
        let mut now = at;
        for (completed, step) in steps.iter().enumerate() {
            let (connections, exchange) = exchanges(step);
            for _ in 0..connections {
                let (done, later) = self.persist(task, now, step, &exchange, resolver);
                now = later;
                if !done {
                    return Start { completed, ended: now };
                }
                now += self.rng.pause(250, 1900);
            }
        }
        Start { completed: steps.len(), ended: now }
    }

    /// One connection, repeated until it completes or the time is over.
    fn persist(
        &mut self,
        task: Eni,
        at: Ms,
        service: &str,
        exchange: &Exchange,
        resolver: Option<Eni>,
    ) -> (bool, Ms) {
        let mut now = at;
        while now < at + PATIENCE {
            for _ in 0..3 {
                let (outcome, later) = self.attempt(task, now, service, exchange, resolver);
                now = later + self.rng.pause(30, 400);
                if outcome == Outcome::Completed {
                    return (true, later);
                }
            }
            now += self.rng.pause(2000, 9000);
        }
        (false, now)
    }

    /// One attempt: the query if there is a custom resolver, then the call.
    fn attempt(
        &mut self,
        task: Eni,
        at: Ms,
        service: &str,
        exchange: &Exchange,
        resolver: Option<Eni>,
    ) -> (Outcome, Ms) {
        let Some(now) = self.resolve(task, resolver, at) else {
            return (Outcome::Unanswered, at + s(10));
        };
        let to = self.service(service);
        let talk = self.conversation(Party::Eni(task), to, port_of(service), TCP);
        self.call(&talk, now, exchange)
    }

    /// The time at which a name is resolved: by a custom resolver, or immediately by Amazon's, if it answers.
    fn resolve(&mut self, task: Eni, resolver: Option<Eni>, at: Ms) -> Option<Ms> {
        match resolver {
            Some(resolver) => self.look_up(task, resolver, at),
            None => self.vpc.config.names.support.then_some(at),
        }
    }

    /// Pulls layers until `until` without completing them, and returns whether the call was connected.
    pub(crate) fn pull_without_end(
        &mut self,
        task: Eni,
        at: Ms,
        until: Ms,
        bytes: u64,
        resolver: Option<Eni>,
    ) -> bool {
        let Some(now) = self.resolve(task, resolver, at) else { return false };
        let to = self.service("s3");
        let talk = self.conversation(Party::Eni(task), to, 443, TCP);
        let exchange = Exchange { tls: true, request: 1700, reply: bytes, lasts: until - now };
        self.call_cut_off(&talk, now, &exchange).0 == Outcome::Completed
    }

    /// Asks S3 for a layer, is answered with an error, and returns when the answer was known.
    pub(crate) fn refuse_layer(&mut self, task: Eni, at: Ms) -> Ms {
        let to = self.service("s3");
        let talk = self.conversation(Party::Eni(task), to, 443, TCP);
        let exchange = Exchange { tls: true, request: 1700, reply: 620, lasts: 12 };
        self.call(&talk, at, &exchange).1
    }

    /// Sends A and AAAA queries together, again after five seconds, and returns the time when both are answered.
    pub(crate) fn look_up(&mut self, task: Eni, resolver: Eni, at: Ms) -> Option<Ms> {
        for delay in [0, s(5)] {
            let answers = [0, 1].map(|tick| {
                let talk = self.conversation(Party::Eni(task), Party::Eni(resolver), 53, UDP);
                self.query(&talk, at + delay + tick)
            });
            if let [Some(first), Some(second)] = answers {
                let answered = first.max(second);
                if !self.vpc.config.names.truncated {
                    return Some(answered);
                }
                return self.look_up_whole(task, resolver, answered);
            }
        }
        None
    }

    /// The same over TCP after a truncated answer; returns the time of the answer.
    fn look_up_whole(&mut self, task: Eni, resolver: Eni, at: Ms) -> Option<Ms> {
        let talk = self.conversation(Party::Eni(task), Party::Eni(resolver), 53, TCP);
        let exchange = Exchange { tls: false, request: 92, reply: 1100, lasts: 2 };
        let (outcome, later) = self.call(&talk, at, &exchange);
        (outcome == Outcome::Completed).then_some(later)
    }
}
