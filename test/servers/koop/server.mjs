// A real Koop on loopback with data of its own; prints its port when it listens. Usage: node server.mjs
import Koop from '@koopjs/koop-core';

const point = (name, longitude, latitude) => ({
  type: 'Feature',
  properties: { OBJECTID: Math.round(longitude * -1e4), name },
  geometry: { type: 'Point', coordinates: [longitude, latitude] },
});

/** A layer as a provider of Koop gives it: GeoJSON with the metadata of the layer beside it. */
const layer = (id, name, description, features) => ({
  type: 'FeatureCollection',
  metadata: { id, name, description, copyrightText: 'CC0 1.0', idField: 'OBJECTID', maxRecordCount: 2 },
  features,
});

const WEIRS = [
  point('Bell Weir', -10.21, 49.12),
  point('Løkke', -10.04, 49.31),
  point('Eel & Otter', -9.87, 49.2),
];
const FERRIES = [
  {
    type: 'Feature',
    properties: { OBJECTID: 1, name: 'Chain ferry' },
    geometry: {
      type: 'LineString',
      coordinates: [
        [-9.7, 49.5],
        [-9.69, 49.52],
      ],
    },
  },
];

/** What is served: one layer, a layer with markup in its description, several layers, a layer without features. */
const SERVICES = {
  weirs: layer(0, 'Weirs and sluices', 'Each weir with its keeper.', WEIRS),
  ferries: layer(0, 'Færger – ferries', 'Ferries of <b>summer</b> &amp; winter', FERRIES),
  county: {
    layers: [layer(0, 'Weirs', 'The weirs again', WEIRS), layer(1, 'Ferries', 'The ferries again', FERRIES)],
  },
  nothing: layer(0, 'Nothing yet', 'To be surveyed', []),
};

class Model {
  async getData(request) {
    const { id, layer } = request.params;
    const service = SERVICES[id];
    if (service === undefined) throw Object.assign(new Error(`There is no service ${id}`), { code: 404 });
    // Of several layers a provider must choose by itself; of one, Koop answers it to every number.
    return structuredClone(layer === undefined ? service : (service.layers?.[Number(layer)] ?? service));
  }
}

const koop = new Koop({ logLevel: 'error' });

// Koop has no directory of its services: this is the one thing that is added to it, before its own routes.
koop.server.get('/county/rest/services', (request, response) => {
  const services = Object.keys(SERVICES).map((name) => ({ name, type: 'FeatureServer' }));
  response.json({ currentVersion: 11.2, folders: [], services });
});
koop.register({ type: 'provider', name: 'county', version: '1.0.0', Model });

const server = koop.server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`));
// Whoever started this holds its standard input; when that ends, so does this, however the starter died.
process.stdin.resume().on('end', () => process.exit(0));
