export function GET({ headers }) {
  return headers.get('x-guard') === 'shut' ? new Response(null, { status: 401 }) : new Response('orders')
}
