import { createClient } from '@clickhouse/client'
import { Client as Elasticsearch } from '@elastic/elasticsearch'
import knex from 'knex'
import memjs from 'memjs'
import { MongoClient } from 'mongodb'
import mqtt from 'mqtt'
import { Sequelize } from 'sequelize'
import { DataSource } from 'typeorm'
import { describe, expect, it } from 'vitest'
import { placeOfClient } from './client-place.ts'
import { placeOfOrm } from './orm-place.ts'

const account = 'app:hunter2hunter2@'

describe('placeOfClient', () => {
  it.each<[string, () => unknown, string]>([
    ['mongodb', () => new MongoClient(`mongodb://${account}a.test:1,b.test:2/shop`), 'a.test:1,b.test:2'],
    ['a database of mongodb', () => new MongoClient(`mongodb://${account}a.test/shop`).db(), 'a.test:27017'],
    ['mongodb by SRV', () => new MongoClient(`mongodb+srv://${account}shop.test`), 'shop.test'],
    ['elasticsearch', () => new Elasticsearch({ node: `http://${account}a.test:9200/x` }), 'a.test:9200/x'],
    ['clickhouse', () => createClient({ url: `http://${account}a.test:8123` }), 'a.test:8123'],
    ['memjs', () => memjs.Client.create(`${account}a.test:1,b.test:2`), 'a.test:1,b.test:2'],
    ['mqtt', () => mqtt.connect(`mqtt://${account}a.test`, { manualConnect: true, port: 1884 }), 'a.test:1884'],
  ])('knows it of %s, and no credentials', (_, make, place) => {
    expect(placeOfClient(make())).toBe(place)
  })

  it.each([undefined, null, {}, { options: {} }, { getServer: () => undefined }, () => undefined])(
    'knows none of %j',
    (client) => {
      expect(placeOfClient(client)).toBeUndefined()
    },
  )

  it('takes a client that throws when it is looked at for one that does not tell', () => {
    const hostile = new Proxy(
      {},
      {
        get() {
          throw new Error('no')
        },
      },
    )
    expect(placeOfClient(hostile)).toBeUndefined()
  })
})

describe('placeOfOrm', () => {
  const url = `postgres://${account}a.test:5433/shop`
  it.each<[string, () => unknown, string]>([
    ['Knex', () => knex({ client: 'pg', connection: url }), 'a.test:5433'],
    ['Sequelize', () => new Sequelize(url, { logging: false }), 'a.test:5433'],
    ['TypeORM', () => new DataSource({ type: 'postgres', url }), 'a.test:5433/shop'],
  ])('knows it of %s, and no credentials', (_, make, place) => {
    expect(placeOfOrm(make())).toBe(place)
  })
})
