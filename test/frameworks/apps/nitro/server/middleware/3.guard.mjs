import { defineHandler } from 'nitro/h3'

export default defineHandler(({ req }) => {
  if (req.headers.get('x-guard') === 'shut') return new Response(null, { status: 401 })
})
