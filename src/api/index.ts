export { createApi } from './create-api.js'
export type { AllServices } from './services.js'
