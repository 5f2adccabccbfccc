export { createApi } from './create-api.js'
export { createWatchApi } from './create-watch-api.js'
export type { AllServices } from './services.js'
export type { Watch } from './watch.js'
