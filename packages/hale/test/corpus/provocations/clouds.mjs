// Clouds, tokens and identities.

const at = (port, path = '') => `http://127.0.0.1:${port}${path}`
const aws = (p, s, more = {}) => ({
  endpoint: at(p.s3),
  region: 'eu-central-1',
  maxAttempts: 1,
  credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: s, sessionToken: s },
  ...more,
})

/** @type {readonly (readonly [client: string, what: string, provoke: (...given: readonly any[]) => unknown])[]} */
export const clouds = [
  [
    '@aws-sdk/client-s3',
    'a signature that does not match',
    (s, p, { S3Client, ListBucketsCommand }) =>
      new S3Client(aws(p, s, { endpoint: at(p.signature), forcePathStyle: true })).send(new ListBucketsCommand({})),
  ],
  [
    '@aws-sdk/client-s3',
    'a bucket of a URL',
    (s, p, { S3Client, HeadBucketCommand }) =>
      new S3Client(aws(p, s)).send(new HeadBucketCommand({ Bucket: `https://app:${s}@127.0.0.1/bucket` })),
  ],
  [
    '@aws-sdk/client-s3',
    'a region',
    (s, p, { S3Client, ListBucketsCommand }) =>
      new S3Client({ ...aws(p, s), endpoint: undefined, region: `eu?secret=${s}` }).send(new ListBucketsCommand({})),
  ],
  [
    '@aws-sdk/client-s3',
    'an ARN',
    (s, p, { S3Client, HeadBucketCommand }) =>
      new S3Client(aws(p, s, { endpoint: undefined })).send(
        new HeadBucketCommand({ Bucket: `arn:aws:s3:eu:1:accesspoint?token=${s}` }),
      ),
  ],
  [
    '@aws-sdk/client-sqs',
    'a queue that repeats',
    (s, p, { SQSClient, ReceiveMessageCommand }) =>
      new SQSClient(aws(p, s, { endpoint: at(p.echo) })).send(
        new ReceiveMessageCommand({ QueueUrl: at(p.echo, `/1/orders?token=${s}`) }),
      ),
  ],
  [
    '@aws-sdk/client-sqs',
    'a queue URL that is none',
    (s, p, { SQSClient, ReceiveMessageCommand }) =>
      new SQSClient(aws(p, s)).send(new ReceiveMessageCommand({ QueueUrl: `http://app:${s}@127.0.0.1:99999/q` })),
  ],
  [
    '@aws-sdk/client-sts',
    'a security token',
    (s, p, { STSClient, GetCallerIdentityCommand }) => new STSClient(aws(p, s)).send(new GetCallerIdentityCommand({})),
  ],
  [
    '@aws-sdk/client-sts',
    'a session token with a line break',
    (s, p, { STSClient, GetCallerIdentityCommand }) =>
      new STSClient(
        aws(p, s, { credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: s, sessionToken: `${s}\n` } }),
      ).send(new GetCallerIdentityCommand({})),
  ],
  [
    '@aws-sdk/client-dynamodb',
    'a gateway that repeats',
    (s, p, { DynamoDBClient, ListTablesCommand }) =>
      new DynamoDBClient(aws(p, s, { endpoint: at(p.echo) })).send(new ListTablesCommand({})),
  ],
  [
    '@azure/storage-blob',
    'a gateway that repeats',
    (s, p, { BlobServiceClient }) =>
      new BlobServiceClient(at(p.echoText, `/a?sv=2024&sig=${encodeURIComponent(s)}`), undefined, {
        retryOptions: { maxTries: 1 },
      }).getProperties(),
  ],
  [
    '@azure/storage-blob',
    'a connection string without an account',
    (s, p, { BlobServiceClient }) =>
      BlobServiceClient.fromConnectionString(`AccountKey=${s};EndpointSuffix=core.windows.net`),
  ],
  [
    '@azure/storage-blob',
    'a URL that is none',
    (s, p, { BlobServiceClient }) => new BlobServiceClient(`https//a.blob.test?sig=${s}`),
  ],
  [
    '@azure/service-bus',
    'a connection string',
    (s, p, { ServiceBusClient }) =>
      new ServiceBusClient(`Endpoint=sb://127.0.0.1/;SharedAccessKeyName=Root;SharedAccessKey=${s};EntityPath`),
  ],
  [
    '@azure/service-bus',
    'a connection string without an end point',
    (s, p, { ServiceBusClient }) => new ServiceBusClient(`SharedAccessKeyName=Root;SharedAccessKey=${s}`),
  ],
  [
    '@azure/identity',
    'a tenant',
    (s, p, { ClientSecretCredential }) => new ClientSecretCredential(`tenant?secret=${s}`, 'app', s),
  ],
  [
    '@azure/identity',
    'an authority',
    (s, p, { ClientSecretCredential }) =>
      new ClientSecretCredential('t', 'app', s, { authorityHost: `http://app:${s}@127.0.0.1:${p.closed}` }).getToken(
        'x',
      ),
  ],
  [
    '@google-cloud/storage',
    'an end point that repeats',
    (s, p, { Storage }) =>
      new Storage({
        projectId: 'a',
        apiEndpoint: at(p.echo),
        useAuthWithCustomEndpoint: false,
        retryOptions: { autoRetry: false },
      })
        .bucket(`b?access_token=${s}`)
        .exists(),
  ],
  [
    '@google-cloud/storage',
    'a signed URL without a key',
    (s, p, { Storage }) =>
      new Storage({ projectId: 'a', credentials: { client_email: 'a@b.test', private_key: s } })
        .bucket('b')
        .file('c')
        .getSignedUrl({ action: 'read', expires: Date.now() + 1000 }),
  ],
  [
    'google-auth-library',
    'a refused token',
    (s, p, { OAuth2Client }) =>
      new OAuth2Client({
        clientId: 'a',
        clientSecret: s,
        endpoints: { oauth2TokenUrl: at(p.echo, '/token') },
      }).getToken(`code-${s}`),
  ],
  [
    'google-auth-library',
    'token info',
    (s, p, { OAuth2Client }) =>
      new OAuth2Client({ endpoints: { tokenInfoUrl: at(p.echo, '/tokeninfo') } }).getTokenInfo(s),
  ],
  [
    'google-auth-library',
    'an id token',
    (s, p, { OAuth2Client }) => new OAuth2Client().verifyIdToken({ idToken: `token=${s}` }),
  ],
  [
    'google-auth-library',
    'an id token of three parts',
    (s, p, { OAuth2Client }) =>
      new OAuth2Client().verifySignedJwtWithCertsAsync(
        `${btoa('{"kid":"a"}')}.${btoa(`{"secret":"${s}"}`)}.x`,
        {},
        'a',
      ),
  ],
  [
    'google-auth-library',
    'credentials of another type',
    (s, p, { GoogleAuth }) => new GoogleAuth().fromJSON({ type: `password=${s}`, private_key: s }),
  ],
  ['jose', 'a key of another type', (s, p, { importPKCS8 }) => importPKCS8(`private_key=${s}`, 'RS256')],
  [
    'jose',
    'a secret of another type',
    (s, p, { SignJWT }) => new SignJWT({}).setProtectedHeader({ alg: 'HS256' }).sign({ secret: s }),
  ],
  ['jose', 'a JWK', (s, p, { importJWK }) => importJWK({ kty: `oct?k=${s}`, k: s }, 'HS256')],
  [
    'jose',
    'a key set behind a token',
    (s, p, { createRemoteJWKSet, jwtVerify }) =>
      jwtVerify(
        `${btoa('{"alg":"RS256"}')}.${btoa('{}')}.x`,
        createRemoteJWKSet(new URL(at(p.closed, `/jwks?token=${s}`))),
      ),
  ],
  ['jsonwebtoken', 'a token that is none', (s, p, { default: jwt }) => jwt.verify(`token=${s}`, s)],
  [
    'jsonwebtoken',
    'an audience',
    (s, p, { default: jwt }) => jwt.verify(jwt.sign({ aud: 'a' }, s), s, { audience: `api_key=${s}` }),
  ],
  [
    'jsonwebtoken',
    'an issuer',
    (s, p, { default: jwt }) => jwt.verify(jwt.sign({}, s), s, { issuer: `https://app:${s}@127.0.0.1/` }),
  ],
  ['jsonwebtoken', 'an expiry', (s, p, { default: jwt }) => jwt.sign({}, s, { expiresIn: `secret=${s}` })],
  ['jsonwebtoken', 'a nonce', (s, p, { default: jwt }) => jwt.verify(jwt.sign({}, s), s, { jwtid: `session_id=${s}` })],
  ['jsonwebtoken', 'a subject', (s, p, { default: jwt }) => jwt.verify(jwt.sign({}, s), s, { subject: `token=${s}` })],
  ['fast-jwt', 'a token that is none', (s, p, { createVerifier }) => createVerifier({ key: s })(`token=${s}`)],
  ['fast-jwt', 'an algorithm', (s, p, { createSigner }) => createSigner({ key: s, algorithm: `HS256 secret=${s}` })],
  [
    'fast-jwt',
    'an audience',
    (s, p, { createSigner, createVerifier }) =>
      createVerifier({ key: s, allowedAud: `api_key=${s}` })(createSigner({ key: s })({ aud: 'a' })),
  ],
  [
    'openid-client',
    'an issuer behind credentials',
    (s, p, { discovery, allowInsecureRequests }) =>
      discovery(new URL(`http://app:${s}@127.0.0.1:${p.http}/?token=${s}`), 'a', s, undefined, {
        execute: [allowInsecureRequests],
      }),
  ],
  [
    'oauth4webapi',
    'an issuer',
    (s, p, { discoveryRequest, allowInsecureRequests }) =>
      discoveryRequest(new URL(`http://app:${s}@127.0.0.1:${p.http}/`), { [allowInsecureRequests]: true }),
  ],
  [
    'oauth4webapi',
    'a redirect with an error',
    (s, p, { validateAuthResponse }) =>
      validateAuthResponse(
        { issuer: 'http://a' },
        { client_id: 'a' },
        new URL(`http://a/?error=access_denied&error_description=token=${s}&state=x`),
        'x',
      ),
  ],
  [
    'stripe',
    'an API version',
    (s, p, { default: Stripe }) =>
      new Stripe(`sk_test_${s}`, {
        apiVersion: `key=${s}`,
        host: '127.0.0.1',
        port: p.openai,
        protocol: 'http',
        maxNetworkRetries: 0,
      }).balance.retrieve(),
  ],
  [
    'stripe',
    'a webhook signature',
    (s, p, { default: Stripe }) =>
      new Stripe('sk_test_x').webhooks.constructEvent(`{"secret":"${s}"}`, `t=1,v1=${s}`, `whsec_${s}`),
  ],
  ['stripe', 'an unknown option', (s, p, { default: Stripe }) => new Stripe('sk_test_x', { [`apiKey=${s}`]: 1 })],
  [
    'stripe',
    'unknown arguments',
    (s, p, { default: Stripe }) =>
      new Stripe('sk_test_x', {
        host: '127.0.0.1',
        port: p.openai,
        protocol: 'http',
        maxNetworkRetries: 0,
      }).customers.retrieve('cus_1', { apiKey: `sk_live_${s}` }, 'x', { secret: s }),
  ],
  [
    'minio',
    'an access key',
    (s, p, { Client }) =>
      new Client({
        endPoint: '127.0.0.1',
        port: p.s3,
        useSSL: false,
        accessKey: 'a',
        secretKey: s,
        sessionToken: s,
      }).listBuckets(),
  ],
  [
    'minio',
    'a bucket',
    (s, p, { Client }) =>
      new Client({ endPoint: '127.0.0.1', accessKey: 'a', secretKey: s }).bucketExists(`secret=${s}`),
  ],
  [
    'minio',
    'a region',
    (s, p, { Client }) => new Client({ endPoint: '127.0.0.1', accessKey: 'a', secretKey: s, region: { secret: s } }),
  ],
]
