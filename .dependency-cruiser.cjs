/**
 * Allowed imports: services -> packages -> contract. infra runs the services as processes and never imports
 * them; tests may import whatever they check. A path is matched after resolution, so a workspace import
 * (`@box-office/database`) is seen as `packages/database/src/…` through the `@box-office/source` export condition.
 *
 * @type {import('dependency-cruiser').IConfiguration}
 */
const { ACTIVITY_CODE, WORKFLOW_CODE } = {
  WORKFLOW_CODE:
    '^(services/workflows/src/((purchase|hold|cancellation|event-cancellation|delivery|webhook|mail|operator)/|[^/]+\\.ts$)|services/audit-consumer/src/workflows/|packages/temporal/src/(workflow|progress-log|failure-cause|index|search-attributes|detached-purchase)\\.ts$)',
  ACTIVITY_CODE:
    '^services/workflows/src/(worker/|(main|config|bundle|activities)\\.ts$|[^/]+/(activities\\.ts$|activities/|testing/))',
};

/** What each package may import of the others. */
const PACKAGES = {
  contract: [],
  platform: [],
  'api-client': [],
  ui: [],
  inventory: ['contract'],
  payments: ['contract'],
  temporal: ['contract'],
  tickets: ['contract'],
  database: ['contract', 'platform'],
  messaging: ['contract', 'platform'],
  'inventory-sync': ['contract', 'platform', 'inventory', 'database'],
  web: ['contract', 'platform', 'api-client', 'ui'],
};

module.exports = {
  forbidden: [
    {
      name: 'resolvable',
      comment: 'An import that cannot be resolved is invisible to every rule below.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-circles',
      comment: 'Files that import each other cannot be understood one at a time.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'services-stand-alone',
      comment:
        'A service talks to another over HTTP, Temporal or the queues, never by import. One exception: the gateway may carry a purchase worker in its process.',
      severity: 'error',
      from: { path: '^services/([^/]+)/', pathNot: '^services/api/src/main\\.ts$' },
      to: { path: '^services/([^/]+)/', pathNot: '^services/$1/' },
    },
    {
      name: 'gateway-carries-a-worker',
      severity: 'error',
      from: { path: '^services/api/src/main\\.ts$' },
      to: { path: '^services/(?!api/|workflows/src/worker/index\\.ts$)' },
    },
    {
      name: 'pages-over-the-api-alone',
      comment: 'What shop and console can do, every integrator can do: they have no store and no workflow.',
      severity: 'error',
      from: { path: '^services/(shop|console)/' },
      to: { path: '^packages/', pathNot: '^packages/(api-client|ui|web|tickets|contract|platform)/' },
    },
    {
      name: 'packages-know-no-process',
      comment: 'Libraries are used by services and by the launcher, not the other way round.',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^(services|infra|test)/' },
    },
    {
      name: 'packages-in-the-table',
      comment: 'PACKAGES says what each package may import.',
      severity: 'error',
      from: { path: `^packages/(?!(${Object.keys(PACKAGES).join('|')})/)` },
      to: { path: '^packages/' },
    },
    ...Object.entries(PACKAGES).map(([name, imports]) => ({
      name: `package-${name}`,
      comment: `It imports no package but: ${imports.join(', ') || 'none'}.`,
      severity: 'error',
      from: { path: `^packages/${name}/` },
      to: { path: '^packages/', pathNot: `^packages/(${[name, ...imports].join('|')})/` },
    })),
    {
      name: 'infra-imports-no-service',
      comment: 'The launcher starts services as processes.',
      severity: 'error',
      from: { path: '^infra/' },
      to: { path: '^(services|test)/' },
    },
    {
      name: 'nobody-imports-tests',
      severity: 'error',
      from: { path: '^(packages|services|infra)/' },
      to: { path: '^test/' },
    },
    {
      name: 'no-relative-path-into-another-room',
      comment: 'Another workspace is imported by its name, so that its exports decide what is public.',
      severity: 'error',
      from: { path: '^((?:packages|services)/[^/]+|infra/mailbox|infra/payment-simulator|infra|test)/' },
      to: {
        path: '^(packages|services|infra|test)/',
        pathNot: ['^$1/', '^packages/[^/]+/dist/'],
        dependencyTypes: ['local'],
        dependencyTypesNot: ['aliased'],
      },
    },
    {
      name: 'workflow-code-is-deterministic',
      comment:
        'Workflow code may run @temporalio/workflow (and the common package that it re-exports), the contract and its own files; @box-office/temporal and its own files; anything else as types only.',
      severity: 'error',
      from: { path: WORKFLOW_CODE, pathNot: ['\\.test\\.ts$', ACTIVITY_CODE] },
      to: {
        path: '.',
        pathNot: [
          'node_modules/@temporalio/(workflow|common)/',
          '^packages/contract/src/(?!derive)',
          '^packages/temporal/src/(?!worker|bundle|heartbeat)',
          '^services/workflows/src/((purchase|hold|cancellation|event-cancellation|delivery|webhook|mail|operator)/(?!activities)[^/]+|[^/]+)\\.ts$',
          '^services/audit-consumer/src/workflows/',
        ],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'workflow-code-calls-no-activity-code',
      comment: 'Activities are called through the proxies of retry-policies.ts.',
      severity: 'error',
      from: { path: WORKFLOW_CODE, pathNot: ['\\.test\\.ts$', ACTIVITY_CODE] },
      to: { path: ACTIVITY_CODE, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-undeclared-package',
      comment: 'What is imported stands in the nearest package.json, or in the root one for tools and tests.',
      severity: 'error',
      from: { path: '^(packages|services|infra|test)/', pathNot: '(\\.test\\.ts$|^test/)' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', 'dist'] },
    exclude: { path: '(^|/)dist/' },
    tsPreCompilationDeps: 'specify',
    combinedDependencies: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@box-office/source', 'import', 'node', 'default', 'types'],
    },
  },
};
