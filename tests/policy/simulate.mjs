// Answers policy cases with iam-simulate. Usage: node simulate.mjs CASES, from a folder where the package is installed.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const installed = createRequire(pathToFileURL(`${process.cwd()}/`));
const { runSimulation } = await import(pathToFileURL(installed.resolve('@cloud-copilot/iam-simulate')).href);

const policy = ({ name, document }) => ({ name, policy: document });
const levels = (groups = []) =>
  groups.map((documents, number) => ({ orgIdentifier: `level-${number}`, policies: documents.map(policy) }));

function simulation({ request, policies }) {
  const context = Object.entries(request.context).filter(([, value]) => value !== null);
  const resource = policies.key ?? policies.resource;
  return {
    request: {
      principal: request.session ?? request.principal,
      action: request.action,
      resource: { resource: request.resource, accountId: request.resource_account },
      contextVariables: Object.fromEntries(context),
    },
    identityPolicies: policies.identity.map(policy),
    serviceControlPolicies: levels(policies.scp),
    resourceControlPolicies: levels(policies.rcp),
    resourcePolicy: resource?.[0]?.document,
    permissionBoundaryPolicies: policies.boundary?.map(policy),
    vpcEndpointPolicies: policies.endpoint?.map(policy),
    sessionPolicy: policies.session?.[0]?.document,
  };
}

function answer(result) {
  if (result.resultType === 'error' || result.errors) return { refused: JSON.stringify(result.errors).slice(0, 300) };
  const overall = result.overallResult ?? result.result?.evaluationResult ?? result.analysis?.result;
  const effect = { ExplicitlyDenied: 'explicit', ImplicitlyDenied: 'implicit' }[overall];
  return { decision: overall === 'Allowed' ? 'allowed' : 'denied', effect };
}

for (const item of JSON.parse(readFileSync(process.argv[2], 'utf8'))) {
  const result = await runSimulation(simulation(item), { simulationMode: 'Strict' });
  console.log(JSON.stringify({ name: item.name, ...answer(result) }));
}
