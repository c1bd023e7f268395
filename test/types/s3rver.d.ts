declare module '@20minutes/s3rver' {
  /** What the tests use of it. */
  export default class S3rver {
    constructor(options: {
      readonly directory: string
      readonly address: string
      readonly port: number
      readonly silent: boolean
      readonly allowMismatchedSignatures?: boolean
      readonly configureBuckets: readonly { readonly name: string }[]
    })
    /** From `run()` on. */
    readonly httpServer: { closeAllConnections(): void }
    run(): Promise<{ readonly port: number }>
    close(): Promise<void>
  }
}

declare module '@20minutes/s3rver/lib/models/account.js' {
  const account: {
    /** Whose keys it knows. */
    readonly DUMMY_ACCOUNT: {
      createKeyPair(accessKeyId: string, secretAccessKey: string): void
      revokeAccessKey(accessKeyId: string): void
    }
  }
  export default account
}
