import type { FindingCode } from 'hale/doctor'

/** What each finding of `hale doctor` says, as its `--json` has it. */
export const FINDINGS: Readonly<Record<FindingCode, string>> = {
  NOT_COVERED: 'a package, a variable or a container of something that can fail, and no check of it',
  DEPENDENCY_FAILS_READINESS: "a shared dependency with impact 'fails': it takes out every instance at once",
  TIMEOUT_TOO_LONG: 'a check may take longer than the readiness probe waits: timeoutSeconds, else 1 s',
  LIVENESS_PATH: 'a liveness probe asks what a restart does not mend; it belongs on /health/live',
  READINESS_PATH: 'a readiness probe asks /health/live, which is always well',
  PROBE_PORT: 'a probe asks a port that the container does not declare',
}

/** Printed below the options of `hale doctor`. */
export const DOCTOR_HELP: string = `
What it reads: package.json and lock files, .env, sources, Kubernetes, Helm and Compose files, hale.yaml. Names only:
no value of a variable is kept or shown. A check covers what its kind asks; one of your own what its name says.

What it finds:
${Object.entries(FINDINGS)
  .map(([code, meaning]) => `  ${code.padEnd(27)} ${meaning}`)
  .join('\n')}
`

/** Printed below the options of `hale serve`. */
export const SERVE_HELP: string = `
A file to begin with:

  serve:
    listen: 127.0.0.1:8481        # answers at /health, /health/live, /health/ready, /health/metrics
    keys: ['\${HEALTH_KEY}']       # without a key it says the status and no more
  checks:
    database: { type: postgres, url: '\${DATABASE_URL}', timeout: 2s }
    api:      { type: http, url: https://payments.example/status, degraded: 500ms }
    disk:     { type: disk, path: /var/lib/orders, degraded: 10%, unhealthy: 5% }

hale check-config says what is wrong with it, and which types and keys there are.
`
