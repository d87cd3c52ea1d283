/** The admin port: metrics, health and what the gateway knows of itself. Never for agents. */
@NullMarked
package io.countersign.admin;

import org.jspecify.annotations.NullMarked;
