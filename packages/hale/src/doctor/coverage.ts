import { DATABASES } from './coverage-databases.ts'
import { QUEUES } from './coverage-queues.ts'
import { about, byUrl, WHOLE, type Coverage } from './coverage-row.ts'

/** What is asked over the network and keeps nothing. */
const SERVICES: readonly Coverage[] = [
  {
    packages: { nodemailer: undefined, '@nestjs-modules/mailer': undefined },
    environment: about('SMTP', 'MAIL', 'SMTP_SERVER'),
    schemes: ['smtp', 'smtps'],
    check: 'smtp',
    named: /smtp|mail/i,
    name: 'mail',
    address: { variable: /HOST$/, example: "'mail.internal'" },
    call: (source) => `smtp({ host: ${source}, port: 587, secure: 'starttls' })`,
    fields: (source) => `host: ${source}, port: 587, secure: starttls`,
  },
  {
    packages: { '@grpc/grpc-js': undefined },
    environment: /(?:^|_)GRPC_(?:URL|HOST|ENDPOINT|ADDR|ADDRESS)$/,
    schemes: ['grpc'],
    check: 'grpc',
    named: /grpc/i,
    name: 'upstream',
    address: { variable: WHOLE, example: "'http://inventory.internal:50051'" },
    call: (source) => `grpc({ url: ${source} })`,
    fields: byUrl,
  },
  {
    packages: {},
    environment: /(?:^|_)(?:WS|WSS|WEBSOCKET)_(?:URL|URI)$/,
    schemes: ['ws', 'wss'],
    check: 'websocket',
    named: /socket|\bws\b/i,
    name: 'socket',
    address: { variable: WHOLE, example: "'wss://live.internal'" },
    call: (source) => `websocket({ url: ${source} })`,
    fields: byUrl,
  },
  {
    packages: {},
    environment: /_(?:API|SERVICE)_(?:URL|URI|ENDPOINT)$/,
    check: 'http',
    orBy: ['health', 'status-page', 'grpc'],
    named: /api|service/i,
    name: 'upstream',
    address: { variable: /(?:URL|URI|ENDPOINT)$/, example: "'https://api.internal/health'" },
    call: (source) => `http({ url: ${source} })`,
    fields: byUrl,
  },
]

/** In order: the first that fits names an address that could be of several, such as `DATABASE_URL`. */
export const COVERAGE: readonly Coverage[] = Object.freeze([...DATABASES, ...QUEUES, ...SERVICES])
