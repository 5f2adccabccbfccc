export { createOutgoing } from './outgoing.js'
