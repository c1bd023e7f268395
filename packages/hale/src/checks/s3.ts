import type { DependencyCheck } from '../core/check.ts'
import {
  filledRule,
  flagRule,
  isFilled,
  isText,
  required,
  secretRule,
  textRule,
  within,
  type Rule,
  type Rules,
} from '../core/rules.ts'
import { clientCheck, sourceProblem, urlOf } from './support/client-check.ts'
import { HttpRefusal, codeOfStatus, keepHttpClient, type HttpAccess } from './support/http-client.ts'
import { reshape, type KeptClient } from './support/kept-client.ts'
import { refuseMisuse } from './support/misuse.ts'
import { trustRule } from './support/network-rules.ts'
import { loadPeer, placeOfUrl } from './support/peer.ts'
import { judgeTime, TIME_LIMITS, type TimeLimits } from './support/response-time.ts'
import { signS3, type S3Credentials } from './support/sign-s3.ts'
import type { Finding } from '../core/error-sentences.ts'

/** What a client must have: an `S3Client` of `@aws-sdk/client-s3`, which is loaded for its `HeadBucketCommand`. */
export interface S3Client {
  // The commands of the SDK have types of their own, which are not to be known here.
  send(command: never): Promise<unknown>
}

export interface S3Options extends TimeLimits, Pick<HttpAccess, 'tls'> {
  /** The bucket that must be there. */
  readonly bucket: string
  /** By URL: where the bucket is. Default `us-east-1`. */
  readonly region?: string
  /**
   * By URL: who asks, as `accessKeyId`, `secretAccessKey` and perhaps `sessionToken`. Default: nobody, which only a
   * public bucket answers.
   */
  readonly credentials?: S3Credentials
  /**
   * By URL: the bucket's name goes before the host (`true`, as newer regions of AWS want it) or into the path
   * (`false`, which all but AWS understand). Default false.
   */
  readonly virtualHost?: boolean
  /** How messages call the store. Default: host and port of the URL, else `S3`. */
  readonly where?: string
}

const keyRule: Rule = (value) => !isFilled(value) && 'must be text that is not empty'

/** With what the SDK adds, also to an object that it was given. */
interface SdkCredentials extends S3Credentials {
  readonly $source?: unknown
  readonly accountId?: unknown
  readonly credentialScope?: unknown
  readonly expiration?: unknown
}

const allow: Rule = () => false

const RULES: Rules<S3Options> = {
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html; older ones may hold upper case and `_`
  bucket: required('a name of a bucket', (name) => isText(name) && /^[\w.-]{3,255}$/.test(name)),
  region: filledRule,
  credentials: within<SdkCredentials>({
    accessKeyId: keyRule,
    secretAccessKey: keyRule,
    sessionToken: secretRule,
    $source: allow,
    accountId: allow,
    credentialScope: allow,
    expiration: allow,
  }),
  virtualHost: flagRule,
  where: textRule,
  tls: trustRule,
  ...TIME_LIMITS,
}

/**
 * Asks an S3-compatible store for a bucket: `HEAD`, which needs the right to list it (`s3:ListBucket`) and reads nothing.
 * Through the app's own client of `@aws-sdk/client-s3`, or by the URL of the store, `https://s3.eu-central-1.amazonaws.com`,
 * which needs no package. Costs one request per run, which AWS charges as one of the class `GET`.
 *
 * Observed: time of the answer in ms.
 *
 * Codes: `NOT_FOUND` when there is no such bucket; `NOT_READY` for 503, slow down; `QUERY_FAILED` when it is in
 * another region.
 *
 * @throws {HealthSetupError} when the options cannot work.
 */
export function s3(source: S3Client | string | URL, options: S3Options): DependencyCheck {
  refuseMisuse('s3', options, RULES, { source: sourceProblem(source, ['http', 'https'], ['send']) })
  const { bucket } = options
  const url = urlOf(source)
  const place = options.where ?? (url === undefined ? undefined : placeOfUrl(url)) ?? 'S3'
  const question = `HEAD of ${bucket}`

  return clientCheck<HeadBucket>({
    kind: 's3',
    through:
      url === undefined ? { client: throughClient(source as S3Client) } : { kept: overHttp(new URL(url), options) },
    place,
    question,
    notFound: `There is no bucket ${bucket} at ${place}. Correct its name, or create it.`,
    codes: codeOfS3,
    async ask(head, { clock }) {
      const startedAt = clock.now()
      await head(bucket)
      return judgeTime(clock.now() - startedAt, options, `${question} at ${place}`)
    },
  })
}

type HeadBucket = (bucket: string) => Promise<unknown>

function throughClient(client: S3Client): HeadBucket {
  return async (bucket) => {
    const { HeadBucketCommand } = await loadPeer('@aws-sdk/client-s3', () => import('@aws-sdk/client-s3'))
    return client.send(new HeadBucketCommand({ Bucket: bucket }) as never)
  }
}

function overHttp(url: URL, options: S3Options): KeptClient<HeadBucket> {
  const { region = 'us-east-1', credentials, virtualHost = false, bucket, tls } = options
  const base = new URL(url)
  if (virtualHost) base.hostname = `${bucket}.${url.hostname}`
  const path = virtualHost ? '/' : `/${bucket}`
  const target = new URL(`${base.pathname.replace(/\/$/, '')}${path}`, base)
  return reshape(keepHttpClient(base, tls === undefined ? {} : { tls }), (client) => async () => {
    const signed = credentials && signS3({ method: 'HEAD', url: target, region, credentials, at: new Date() })
    const { status } = await client.ask('HEAD', path, signed)
    if (status >= 300) throw new HttpRefusal(status, status < 400 ? 'the bucket is in another region' : '')
  })
}

/** The SDK puts the status of an answer into `$metadata`. */
function codeOfS3(error: unknown): Finding | undefined {
  const { $metadata, code, statusCode } = (error ?? {}) as Record<string, unknown>
  if (typeof code === 'string') return undefined // one of Node's
  const status = statusCode ?? ($metadata as { httpStatusCode?: unknown } | undefined)?.httpStatusCode
  return typeof status === 'number' && status >= 300 && status < 400 ? 'QUERY_FAILED' : codeOfStatus(status)
}
