// Where the shop's services listen. SHOP_PORT moves all of them; the control port is the first of five.
const base = Number(process.env.SHOP_PORT || 4100)
if (!Number.isInteger(base) || base < 1 || base > 65_531) {
  console.error(`SHOP_PORT is ${process.env.SHOP_PORT}; it is the first of five ports, a number from 1 to 65531.`)
  process.exit(1)
}

export const ports = { control: base, storefront: base + 1, orders: base + 2, payments: base + 3, legacy: base + 4 }

/** The services in the order in which they start: who is asked comes before who asks. */
export const services = ['legacy', 'payments', 'orders', 'storefront']

/** What opens the details of the shop's health. A real shop would take it from its secrets. */
export const healthKey = process.env.SHOP_HEALTH_KEY ?? 'only-for-this-example'

/** The same as environment variables, for hale.yaml. */
export const environment = {
  SHOP_HEALTH_KEY: healthKey,
  ...Object.fromEntries(services.map((name) => [`SHOP_${name.toUpperCase()}_PORT`, String(ports[name])])),
}
