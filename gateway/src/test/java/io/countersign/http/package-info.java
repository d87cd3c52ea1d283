/** The request path against servers that misbehave. */
package io.countersign.http;
