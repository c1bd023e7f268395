/** A whole configuration in three lines. A test holds it to what the monitor reads. */
export const EXAMPLE_CONFIG = `targets:
  - name: my service
    url: http://127.0.0.1:3000/health`
