// An app with the usual health check of another library, as its README has it, in a process of its own.
// What is written over the IPC channel: 'take' borrows all connections of the app's pool, 'give' gives them back.
import { createServer } from 'node:http'

const [name, url] = process.argv.slice(2)
const { hostname: host, password, port, username } = new URL(url)
const MAX = 2
/** Borrows one connection, and says how to give it back. */
let borrow

const pgPool = async () => {
  const { default: pg } = await import('pg')
  const pool = new pg.Pool({ connectionString: url, max: MAX })
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  borrow = async () => {
    const client = await pool.connect()
    return () => client.release()
  }
  return pool
}

const competitors = {
  async 'godaddy-pg'() {
    const pool = await pgPool()
    return godaddy(() => pool.query('SELECT 1'))
  },
  async 'godaddy-mysql2'() {
    const { default: mysql } = await import('mysql2/promise')
    const pool = mysql.createPool({ uri: url, connectionLimit: MAX })
    borrow = async () => {
      const connection = await pool.getConnection()
      return () => connection.release()
    }
    return godaddy(() => pool.query('SELECT 1'))
  },
  async 'godaddy-ioredis'() {
    const { Redis } = await import('ioredis')
    const client = new Redis(url).on('error', () => {})
    return godaddy(() => client.ping())
  },
  async 'godaddy-redis'() {
    const { createClient } = await import('redis')
    const client = createClient({ url })
    client.on('error', () => {})
    await client.connect()
    return godaddy(() => client.ping())
  },
  async 'godaddy-mongodb'() {
    const { MongoClient } = await import('mongodb')
    const client = new MongoClient(url)
    return godaddy(() => client.db().command({ ping: 1 }))
  },
  async 'terminus-typeorm'() {
    const { DataSource } = await import('typeorm')
    const source = new DataSource({ type: 'postgres', url, poolSize: MAX, poolErrorHandler() {} })
    const connection = await source.initialize()
    borrow = async () => {
      const runner = connection.createQueryRunner()
      await runner.connect()
      return () => runner.release()
    }
    return terminus('TypeOrmHealthIndicator', (indicator) => indicator.pingCheck('db', { connection }))
  },
  async 'terminus-sequelize'() {
    const { Sequelize } = await import('sequelize')
    const connection = new Sequelize(url, { logging: false, pool: { max: MAX } })
    borrow = async () => {
      const held = await connection.connectionManager.getConnection({ type: 'write' })
      return () => connection.connectionManager.releaseConnection(held)
    }
    return terminus('SequelizeHealthIndicator', (indicator) => indicator.pingCheck('db', { connection }))
  },
  async 'terminus-prisma'() {
    const { PrismaPg } = await import('@prisma/adapter-pg')
    const client = new (await prismaClient())({ adapter: new PrismaPg(await pgPool()) })
    return terminus('PrismaHealthIndicator', (indicator) => indicator.pingCheck('db', client))
  },
  async 'terminus-mongoose'() {
    const { default: mongoose } = await import('mongoose')
    const connection = await mongoose.createConnection(url).asPromise()
    return terminus('MongooseHealthIndicator', (indicator) => indicator.pingCheck('db', { connection }))
  },
  async 'terminus-http'() {
    const { HttpModule } = await import('@nestjs/axios')
    return terminus('HttpHealthIndicator', (indicator) => indicator.pingCheck('page', url), [HttpModule])
  },
  async 'terminus-grpc'() {
    return terminus('GRPCHealthIndicator', (indicator) => indicator.checkService('app', '', { url: `${host}:${port}` }))
  },
  async 'terminus-redis'() {
    const { Transport } = await import('@nestjs/microservices')
    const options = { transport: Transport.REDIS, options: { host, port: Number(port), username, password } }
    return terminus('MicroserviceHealthIndicator', (indicator) => indicator.pingCheck('redis', options))
  },
}

async function godaddy(ask) {
  const { createTerminus } = await import('@godaddy/terminus')
  const server = createServer((_request, response) => response.end())
  createTerminus(server, { healthChecks: { '/health': ask }, logger() {} })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server.address().port
}

/** A controller without decorators, which plain JavaScript does not have: they are functions all the same. */
async function terminus(indicatorName, ping, imports = []) {
  await import('reflect-metadata')
  const { Controller, Get, Module } = await import('@nestjs/common')
  const { NestFactory } = await import('@nestjs/core')
  const all = await import('@nestjs/terminus')
  let indicator
  class HealthController {
    constructor(health) {
      this.health = health
    }
    check() {
      return this.health.check([() => ping(indicator)])
    }
  }
  Reflect.defineMetadata('design:paramtypes', [all.HealthCheckService], HealthController)
  const method = Object.getOwnPropertyDescriptor(HealthController.prototype, 'check')
  all.HealthCheck()(HealthController.prototype, 'check', method)
  Get('health')(HealthController.prototype, 'check', method)
  Controller()(HealthController)
  function AppModule() {}
  Module({ imports: [all.TerminusModule.forRoot({ logger: false }), ...imports], controllers: [HealthController] })(
    AppModule,
  )
  const app = await NestFactory.create(AppModule, { logger: false, abortOnError: false })
  indicator = await app.resolve(all[indicatorName], undefined, { strict: false })
  await app.listen(0, '127.0.0.1')
  return app.getHttpServer().address().port
}

/** What `prisma generate` writes for a schema without models. */
async function prismaClient() {
  const { getPrismaClient } = await import('@prisma/client/runtime/client')
  return getPrismaClient({
    previewFeatures: [],
    clientVersion: '7.9.1',
    engineVersion: '7.9.1',
    activeProvider: 'postgresql',
    inlineSchema: 'datasource db {\n  provider = "postgresql"\n}\n',
    runtimeDataModel: { models: {}, enums: {}, types: {} },
    parameterizationSchema: { strings: [], graph: 'AAAA' },
    compilerWasm: {
      getRuntime: () => import('@prisma/client/runtime/query_compiler_fast_bg.postgresql.mjs'),
      async getQueryCompilerWasmModule() {
        const { wasm } = await import('@prisma/client/runtime/query_compiler_fast_bg.postgresql.wasm-base64.mjs')
        return new WebAssembly.Module(Buffer.from(wasm, 'base64'))
      },
      importName: './query_compiler_fast_bg.js',
    },
  })
}

let held = []
const tasks = {
  async take() {
    held = await Promise.all(Array.from({ length: MAX }, () => borrow()))
  },
  give: () => Promise.all(held.map((give) => give())),
}
process.on('message', (word) => void tasks[word]().then(() => process.send?.({ done: word })))
process.on('disconnect', () => process.exit(0))
process.send?.({ listening: await competitors[name]() })
