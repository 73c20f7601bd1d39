// The description of this service, by the code that the service itself hands out; no validator elsewhere is asked.
SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  validatorUrl: null,
});
