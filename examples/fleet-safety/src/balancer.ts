/** A balancer as they all are: it asks each replica's readiness and hands requests to those that say 200, in turn. */
export class Balancer {
  readonly #replicas: readonly string[]
  #ready: readonly string[] = []
  #turn = 0

  constructor(replicas: readonly string[]) {
    this.#replicas = replicas
  }

  /** How many replicas it would hand a request to. */
  get ready(): number {
    return this.#ready.length
  }

  /** Asks every replica once. */
  async look(): Promise<void> {
    const answers = await Promise.all(
      this.#replicas.map(async (url) => ((await fetch(`${url}/health/ready`)).ok ? [url] : [])),
    )
    this.#ready = answers.flat()
  }

  /** What a customer gets: the status code. 503 when there is nobody to hand the request to. */
  async request(path: string): Promise<number> {
    const url = this.#ready[this.#turn++ % Math.max(1, this.#ready.length)]
    return url === undefined ? 503 : (await fetch(`${url}${path}`)).status
  }
}
