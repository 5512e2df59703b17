// The sample remote's index page: a few words and a link for each protocol, for the person who opens it in a browser.
import { type Catalogue } from './catalogue.ts';

export function indexPage(catalogue: Catalogue, origin: string): string {
  const services = [
    ['GeoNode API v2', `${origin}/api/v2/resources`, `${origin}/`],
    ['WMS 1.1.1 and 1.3.0', `${origin}/wms?service=WMS&amp;request=GetCapabilities`, `${origin}/wms`],
    ['ArcGIS services directory', `${origin}/arcgis/rest/services?f=pjson`, `${origin}/arcgis/rest/services`],
    ['CKAN', `${origin}/api/3/action/package_search`, `${origin}/api/3/action`],
    ['DCAT-US', `${origin}/data.json`, `${origin}/data.json`],
  ];
  const rows = services.map(
    ([name, href, url]) => `<tr><td><a href="${href}">${name}</a></td><td><code>${url}</code></td></tr>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>The county of Wendlemere</title>
<style>body{font:1rem/1.5 system-ui,sans-serif;max-width:42rem;margin:3rem auto;padding:0 1rem}td{padding:.2rem 1rem .2rem 0}</style>
</head>
<body>
<h1>The county of Wendlemere</h1>
<p>An invented county with ${catalogue.size} datasets, told in five protocols. It is the sample remote of Reeve: harvest it.</p>
<table>
${rows.join('\n')}
</table>
<p>Its text is dedicated to the public domain (CC0 1.0).</p>
</body>
</html>
`;
}
