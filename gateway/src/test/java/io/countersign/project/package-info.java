/** Checks over the whole project: the arrows between its packages, the format of its sources. */
package io.countersign.project;
