package io.countersign.catalog;

/**
 * The namespace that an XML element declares.
 *
 * @param prefix empty for the default namespace
 */
public record XmlNamespace(String uri, String prefix) {}
