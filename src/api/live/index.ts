export { goLive } from './go-live.js'
export { Live, LIVE_PATH } from './live.js'
