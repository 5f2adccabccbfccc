export { goLive } from './go-live.js'
export { maySee, ownStreams, TENANT_STREAM } from './streams.js'
