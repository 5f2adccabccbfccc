/** SQL: a shipment as people see it, with the records it refers to. Needs NAMES joined to `shipment`. */
export const COLUMNS = `
  shipment.key::text, shipment.id, shipment.status,
  jsonb_build_object('id', customer.id, 'name', customer.name) AS customer,
  jsonb_build_object('id', origin.id, 'name', origin.name) AS origin,
  jsonb_build_object('id', destination.id, 'name', destination.name) AS destination,
  shipment.service, shipment.equipment, shipment.weight_kg AS "weightKg",
  shipment.freight_charge::float8 AS "freightCharge", shipment.currency,
  shipment.pickup_at AS "shippedAt", shipment.delivered_at AS "deliveredAt", shipment.attributes,
  CASE WHEN driver.id IS NOT NULL THEN jsonb_build_object(
    'laneId', shipment.dedicated_lane_id,
    'driver', jsonb_build_object('id', driver.id, 'name', driver.name),
    'equipment', CASE WHEN gear.id IS NOT NULL THEN
      jsonb_build_object('id', gear.id, 'name', gear.name, 'type', gear.type) END
  ) END AS assignment,
  shipment.cancel_reason AS "cancelReason", shipment.created_at AS "createdAt", shipment.updated_at AS "updatedAt"`

/** SQL: the records that shipments of tenant $1 refer to. */
export const NAMES = `
JOIN linehaul.customer ON customer.tenant_id = $1 AND customer.id = shipment.customer_id
JOIN linehaul.location AS origin ON origin.tenant_id = $1 AND origin.id = shipment.origin_id
JOIN linehaul.location AS destination ON destination.tenant_id = $1 AND destination.id = shipment.destination_id
LEFT JOIN linehaul.driver ON driver.tenant_id = $1 AND driver.id = shipment.driver_id
LEFT JOIN linehaul.equipment AS gear ON gear.tenant_id = $1 AND gear.id = shipment.equipment_id`
