export { createApi, type ApiOptions } from './create-api.js'
export type { Services } from './services.js'
