import { setTimeout as sleep } from 'node:timers/promises'
import { connect as connectManaged } from 'amqp-connection-manager'
import { connect } from 'amqplib'
import { rabbitmq, type RabbitmqClient } from 'hale/checks/rabbitmq'
import { Connection } from 'rabbitmq-client'
import { startRabbitmq } from '../../../../test/harness/rabbitmq.ts'
import { KEEPS_ONE, ONE_CONNECTION, through, type Account, type Bed, type Subject } from './subject.ts'

/** How long the tool that brings Erlang into the server may take to start. ms. */
const BROUGHT_WITHIN_MS = 10_000

interface Client {
  readonly source: RabbitmqClient | string
  readonly end?: () => unknown
}

/** RabbitMQ, with an account for each. */
export async function openRabbitmq(): Promise<Bed> {
  const server = await startRabbitmq({ password: 'of-the-admin' })
  /** The tool takes seconds: it goes ahead, so that the moment at which this is done is known. */
  const evaluateOnTime = async (code: string): Promise<void> => {
    const at = Date.now() + BROUGHT_WITHIN_MS
    await server.evaluate(`spawn(fun() -> timer:sleep(max(0, ${at} - erlang:system_time(millisecond))), ${code} end).`)
    if (Date.now() > at) throw new Error(`rabbitmqctl took longer than ${BROUGHT_WITHIN_MS} ms`)
    await sleep(at - Date.now())
  }
  let count = 0
  const openAccount = async (): Promise<Account> => {
    const name = `app${(count += 1)}`
    const change = (password: string): string =>
      `rabbit_auth_backend_internal:change_password(<<"${name}">>, <<"${password}">>, <<"hale">>)`
    await server.evaluate(
      `rabbit_auth_backend_internal:add_user(<<"${name}">>, <<"right">>, <<"hale">>),
       rabbit_auth_backend_internal:set_permissions(<<"${name}">>, <<"/">>, <<".*">>, <<".*">>, <<".*">>, <<"hale">>).`,
    )
    return {
      url: (port) => through(`amqp://${name}:right@${server.host}`, port),
      async lose() {
        const close = `rabbit_networking:close_all_user_connections(<<"${name}">>, <<"The password is another.">>)`
        await evaluateOnTime(`${change('changed')}, ${close}`)
        return () => evaluateOnTime(change('right'))
      },
    }
  }
  const subject = async (client: string, open: (url: string) => Promise<Client>): Promise<Subject> => {
    const account = await openAccount()
    return {
      check: 'rabbitmq',
      client,
      account,
      without: { 'full pool': client === 'url' ? KEEPS_ONE : ONE_CONNECTION },
      async open(port) {
        const { end, source } = await open(account.url(port))
        return { check: rabbitmq(source), ...(end && { end }) }
      },
    }
  }
  return {
    server,
    subjects: [
      await subject('url', async (url) => ({ source: url })),
      await subject('amqplib', async (url) => {
        const source = await connect(url, { recovery: {} })
        source.on('error', () => {})
        return { source, end: () => source.close() }
      }),
      await subject('amqp-connection-manager', async (url) => {
        const source = connectManaged(url)
        await source.connect()
        return { source, end: () => source.close() }
      }),
      await subject('rabbitmq-client', async (url) => {
        const source = new Connection(url)
        source.on('error', () => {})
        await source.onConnect()
        return { source, end: () => source.unsafeDestroy() }
      }),
    ],
    [Symbol.asyncDispose]: () => server.stop(),
  }
}
